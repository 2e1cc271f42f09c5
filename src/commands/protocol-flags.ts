import type { Command, Option } from 'commander';
import { UsageError } from '../bytes/errors.js';
import { IPSEC_GROUPS, OPENVPN_GROUP } from './tunnel-flags.js';

/** Of both protocols, though they stand among those of IPsec. */
const SHARED: ReadonlySet<string> = new Set(['--ca', '--cert', '--key', '--crl']);
/** Of IPsec, though they stand elsewhere. */
const IPSEC: ReadonlySet<string> = new Set([
  '--ikev2',
  '--conn',
  '--config',
  '--as-peer',
  '--ike-port',
  '--natt-port',
  '--tcp',
  '--dns',
  '--subnet',
  '--xauth-type',
]);

/**
 * A flag without meaning in the protocol chosen is not passed over in silence.
 * @param shared flags of both protocols
 * @throws UsageError that says whose it is
 */
export function refuseForeignFlags(command: Command, chosen: 'ipsec' | 'openvpn', shared = SHARED): void {
  for (const option of command.options) {
    const flag = option.long ?? '';
    if (shared.has(flag) || command.getOptionValueSource(option.attributeName()) !== 'cli') continue;
    const protocol = protocolOf(flag, option);
    if (protocol === undefined || protocol === chosen) continue;
    if (chosen === 'openvpn') throw new UsageError(`${flag} is for IPsec, and this is OpenVPN`, 'leave it out');
    throw new UsageError(`${flag} is for OpenVPN`, 'add --openvpn, or leave it out');
  }
}

function protocolOf(flag: string, { helpGroupHeading = '' }: Option): 'ipsec' | 'openvpn' | undefined {
  if (helpGroupHeading === OPENVPN_GROUP) return 'openvpn';
  return IPSEC.has(flag) || IPSEC_GROUPS.has(helpGroupHeading) ? 'ipsec' : undefined;
}
