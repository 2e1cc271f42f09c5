import { toHex } from '../../bytes/hex.js';
import { addressText, subnetText } from '../../wire/ike/address-text.js';
import { isPrintable, printableText } from '../../wire/ike/printable.js';

const IPV4_LENGTH = 4;
const IPV6_LENGTH = 16;

/**
 * A configuration attribute as sessions keep it: `INTERNAL_IP4_ADDRESS 10.3.0.1`, `XAUTH_STATUS 1`; the name alone where it asks
 * for a value. Passwords are not shown.
 *
 * @param name name of its type
 * @param value empty when it asks; a number when it came in the short form of IKEv1
 */
export function configurationText(name: string, value: number | Uint8Array): string {
  if (typeof value === 'number') return `${name} ${value}`;
  if (value.length === 0) return name;
  if (/PASS(WORD|WD|CODE)|PIN|ANSWER/.test(name)) return `${name} [secret, ${value.length} bytes]`;
  return `${name} ${valueText(name, value)}`;
}

function valueText(name: string, value: Uint8Array): string {
  if (/IP4|IP6|NETMASK|ADDRESS/.test(name)) {
    if (value.length === IPV4_LENGTH || value.length === IPV6_LENGTH) return addressText(value);
    if (value.length === 2 * IPV4_LENGTH) return subnetText(value.subarray(0, IPV4_LENGTH), value.subarray(IPV4_LENGTH));
    // RFC 7296 §3.15.1: an IPv6 address or subnet has one byte of prefix length behind it.
    if (value.length === IPV6_LENGTH + 1) return `${addressText(value.subarray(0, IPV6_LENGTH))}/${value[IPV6_LENGTH]}`;
  }
  return isPrintable(value) ? printableText(value) : `0x${toHex(value)}`;
}
