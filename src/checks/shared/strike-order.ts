/**
 * Checks by when their fault strikes a tunnel that is to come up: the daemon first, then its way to the peer, then who the ends are, then
 * the SA in the kernel, then ESP. Of several faults the one that strikes first is named first: those behind it show only once it is mended.
 * What is not listed is about traffic in a tunnel that is up, or about this host in general, and comes last.
 */
const phases: readonly (readonly string[])[] = [
  ['installed-stacks', 'ipsec-on-path', 'xfrm-support', 'openvpn-tun-device'],
  // A socket that somebody else has keeps a daemon from staying up, whatever starts it.
  ['stacks-fight-for-500', 'udp-500', 'udp-4500', 'openvpn-ports', 'openvpn-same-port'],
  ['conf-crlf-quoting', 'conf-syntax', 'conf-include-missing', 'openvpn-inline-problems', 'openvpn-deprecated'],
  ['running-stack'],
  ['conf-unknown-keywords', 'conf-obsolete-keywords', 'conf-not-loaded', 'conf-duplicate-conns'],
  ['route-to-peer'],
  // The kernel asks for the way back before it asks the firewall.
  ['rp-filter'],
  ['firewall-ike-out', 'firewall-ike-in', 'firewall-openvpn'],
  ['secret-syntax'],
  [
    'secret-missing',
    'rsa-host-key',
    'cert-key-match',
    'cert-dates',
    'cert-chain',
    'cert-identity',
    'cert-eku',
    'cert-crl',
    'openvpn-certs',
  ],
  ['esp-ah-ipcomp', 'kernel-algorithms', 'udp-encap', 'xfrm-interface-vti'],
  ['firewall-esp'],
];

const ranks: ReadonlyMap<string, number> = new Map(phases.flatMap((ids, phase) => ids.map((id) => [id, phase] as const)));

/** The lower, the earlier. */
export function strikeRank(id: string): number {
  return ranks.get(id) ?? phases.length;
}
