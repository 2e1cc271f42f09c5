/** IP protocols by the names that nft and iptables print (IANA protocol numbers, /etc/protocols). */
const numbers: ReadonlyMap<string, number> = new Map(
  Object.entries({
    all: 0,
    icmp: 1,
    igmp: 2,
    ipencap: 4,
    ipip: 4,
    tcp: 6,
    egp: 8,
    udp: 17,
    dccp: 33,
    ipv6: 41,
    gre: 47,
    esp: 50,
    'ipv6-crypt': 50,
    ah: 51,
    'ipv6-auth': 51,
    icmpv6: 58,
    'ipv6-icmp': 58,
    ospf: 89,
    pim: 103,
    comp: 108,
    ipcomp: 108,
    vrrp: 112,
    l2tp: 115,
    sctp: 132,
    udplite: 136,
  }),
);

/** Number of a protocol by name or number in decimal; undefined for a name that is not known. */
export function protocolNumber(text: string | number): number | undefined {
  if (typeof text === 'number') return text;
  if (/^\d+$/.test(text)) return Number(text);
  return numbers.get(text.toLowerCase());
}

const icmpTypes: ReadonlyMap<string, number> = new Map(
  Object.entries({
    'echo-reply': 0,
    pong: 0,
    'destination-unreachable': 3,
    'source-quench': 4,
    redirect: 5,
    'echo-request': 8,
    ping: 8,
    'router-advertisement': 9,
    'router-solicitation': 10,
    'time-exceeded': 11,
    'ttl-exceeded': 11,
    'parameter-problem': 12,
    'timestamp-request': 13,
    'timestamp-reply': 14,
    'info-request': 15,
    'info-reply': 16,
    'address-mask-request': 17,
    'address-mask-reply': 18,
  }),
);

const icmpv6Types: ReadonlyMap<string, number> = new Map(
  Object.entries({
    'destination-unreachable': 1,
    'packet-too-big': 2,
    'time-exceeded': 3,
    'parameter-problem': 4,
    'echo-request': 128,
    'echo-reply': 129,
    'mld-listener-query': 130,
    'mld-listener-report': 131,
    'mld-listener-done': 132,
    'mld-listener-reduction': 132,
    'nd-router-solicit': 133,
    'router-solicitation': 133,
    'nd-router-advert': 134,
    'router-advertisement': 134,
    'nd-neighbor-solicit': 135,
    'neighbour-solicitation': 135,
    'neighbor-solicitation': 135,
    'nd-neighbor-advert': 136,
    'neighbour-advertisement': 136,
    'neighbor-advertisement': 136,
    'nd-redirect': 137,
    redirect: 137,
    'mld2-listener-report': 143,
  }),
);

/** Number of an ICMP or ICMPv6 type by name or number; a code behind it (`3/4`) is not looked at here. */
export function icmpTypeNumber(text: string | number, version: 4 | 6): number | undefined {
  if (typeof text === 'number') return text;
  if (/^\d+$/.test(text)) return Number(text);
  return (version === 4 ? icmpTypes : icmpv6Types).get(text);
}

const tcpFlagBits: ReadonlyMap<string, number> = new Map(
  Object.entries({ fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ecn: 64, cwr: 128 }),
);

/** Bits of TCP flags by name; undefined where one is not known. */
export function tcpFlags(names: readonly string[]): number | undefined {
  let bits = 0;
  for (const name of names) {
    const lower = name.toLowerCase();
    const bit = lower === 'none' ? 0 : lower === 'all' ? 63 : tcpFlagBits.get(lower);
    if (bit === undefined) return undefined;
    bits |= bit;
  }
  return bits;
}
