import { isIPv4, isIPv6 } from 'node:net';
import { UsageError } from '../../bytes/errors.js';
import { parseAddressBytes } from '../../wire/ip/address.js';
import { addressOf, type PeerFlags } from './flags.js';

/**
 * A name or an address, as it is given for the peer.
 * @param portFlag what a port behind it should be given with
 * @throws UsageError for what is more than that, and for addresses that are nobody's
 */
export function hostOf(text: string, portFlag = '--ike-port'): string {
  if (text === '') throw new UsageError('the peer is empty', 'its name or address, for example gw.example.com or 192.0.2.1');
  const [, bracketed, plain, port] = /^(?:\[(.*)\]|([^:]*)):(\d+)$/.exec(text) ?? [];
  const name = bracketed ?? plain;
  if (name !== undefined) throw new UsageError(`${text} is a peer with a port`, `${name} ${portFlag} ${port}`);
  if (/[/\s@[\]]/.test(text))
    throw new UsageError(`${text} is neither a name nor an address`, 'for example gw.example.com, 192.0.2.1 or 2001:db8::1');
  const bytes = parseAddressBytes(text);
  if (bytes !== undefined) mustBeOneHost(text, bytes);
  return text;
}

const MULTICAST = { 4: 0xe0, 6: 0xff } as const;
const LIMITED_BROADCAST = '255.255.255.255';

function mustBeOneHost(text: string, bytes: Uint8Array): void {
  const [first = 0, second = 0] = bytes;
  if (bytes.every((byte) => byte === 0)) throw new UsageError(`${text} is no address of a host`, 'this host itself is 127.0.0.1 or ::1');
  const multicast = bytes.length === 4 ? (first & 0xf0) === MULTICAST[4] : first === MULTICAST[6];
  if (multicast || text === LIMITED_BROADCAST)
    throw new UsageError(`${text} is an address of many hosts`, 'a tunnel has one peer: its own address');
  // RFC 4291 §2.5.6: fe80::/10.
  if (bytes.length === 16 && first === 0xfe && (second & 0xc0) === 0x80)
    throw new UsageError(`${text} is a link-local address: there is one on every link`, `name the interface with it: ${text}%eth0`);
}

/** The IP version of the way to the peer, where flags settle it. @throws UsageError for those that contradict each other */
export function versionOf(host: string, { ipv4, ipv6, source }: Pick<PeerFlags, 'ipv4' | 'ipv6' | 'source'>): 4 | 6 | undefined {
  if (ipv4 === true && ipv6 === true) throw new UsageError('-4 and -6 exclude each other');
  const from = addressOf(source, '--source');
  const asked = ipv4 === true ? 4 : ipv6 === true ? 6 : undefined;
  const sent = from === undefined ? undefined : isIPv6(from) ? 6 : 4;
  const given = isIPv6(host) ? 6 : isIPv4(host) ? 4 : undefined;
  if (sent !== undefined && asked !== undefined && sent !== asked)
    throw new UsageError(`--source ${from} is IPv${sent}, and -${asked} is asked for`);
  const wanted = asked ?? sent;
  if (given !== undefined && wanted !== undefined && given !== wanted) {
    const by = asked === undefined ? `--source ${from}` : `-${asked}`;
    throw new UsageError(`${host} is IPv${given}, ${by} is IPv${wanted}`, `leave ${by} out, or give an IPv${wanted} address`);
  }
  return wanted;
}
