import { parseIpv4 } from '../../wire/ip/address.js';
import type { RemarkList } from '../source.js';
import type { IpsecConfSetting } from './document.js';

/** Remarks on a subnet with bits set behind its prefix: `192.168.1.1/24` is refused by some and read as .0 by others. */
export function remarkOnSubnet({ key, value: { value, file, line } }: IpsecConfSetting, remarks: RemarkList): void {
  for (const item of value.split(/[\s,{}]+/)) {
    const network = hostBits(item);
    if (network === undefined) continue;
    remarks.add({
      file,
      line,
      severity: 'warning',
      code: 'subnet-host-bits',
      text: `${key}: ${item} is an address within ${network}, not the network itself`,
      fix: `\t${key}=${/\s/.test(value) ? `"${value.replace(item, network)}"` : value.replace(item, network)}`,
    });
  }
}

/** The network of an IPv4 CIDR with host bits; undefined where there are none, or it is no CIDR. */
function hostBits(item: string): string | undefined {
  const match = /^([\d.]+)\/(\d{1,2})$/.exec(item);
  const address = parseIpv4(match?.[1] ?? '');
  const prefix = Number(match?.[2] ?? 33);
  if (address === undefined || prefix > 32) return undefined;
  const size = 2 ** (32 - prefix);
  const network = Math.floor(address / size) * size;
  if (network === address) return undefined;
  return `${[24, 16, 8, 0].map((shift) => Math.floor(network / 2 ** shift) % 256).join('.')}/${prefix}`;
}
