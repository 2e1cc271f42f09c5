import type { GatewayKind } from './verify-gateway.js';

/** One way to break a healthy gateway, and what `verify` has to make of it. */
export interface Fault {
  readonly name: string;
  readonly on: GatewayKind;
  /** Lines of shell, run in the gateway when everything is up. */
  readonly damage: string;
  /** Code of the finding that has to come first; absent: no fault, whatever it looks like. */
  readonly expect?: string;
  /** Codes that may stand beside it, with the reason. */
  readonly beside?: Readonly<Record<string, string>>;
  /** Said in `title` of the finding. */
  readonly says?: RegExp;
  /** Some checks cannot look: the others must not guess. */
  readonly blind?: true;
}

const sysctl = (...settings: string[]) => `sysctl -qw ${settings.join(' ')}`;

const settings: readonly Fault[] = [
  { name: 'send_redirects on by "all"', on: 'swan', damage: sysctl('net.ipv4.conf.all.send_redirects=1'), expect: 'host/send-redirects' },
  {
    name: 'send_redirects on one interface',
    on: 'swan',
    damage: sysctl('net.ipv4.conf.lan0.send_redirects=1'),
    expect: 'host/send-redirects',
    says: /lan0/,
  },
  { name: 'send_redirects in "default" alone: not in force', on: 'swan', damage: sysctl('net.ipv4.conf.default.send_redirects=1') },
  {
    name: 'accept_redirects, of "all" and the interface',
    on: 'swan',
    damage: sysctl('net.ipv4.conf.all.accept_redirects=1', 'net.ipv4.conf.wan0.accept_redirects=1'),
    expect: 'host/accept-redirects',
  },
  { name: 'accept_redirects of "all" alone: a router wants both', on: 'swan', damage: sysctl('net.ipv4.conf.all.accept_redirects=1') },
  {
    name: 'rp_filter strict on the outer interface',
    on: 'swan',
    damage: sysctl('net.ipv4.conf.wan0.rp_filter=1'),
    expect: 'host/rp-filter',
    says: /wan0/,
  },
  { name: 'rp_filter strict by "all"', on: 'swan', damage: sysctl('net.ipv4.conf.all.rp_filter=1'), expect: 'host/rp-filter' },
  {
    name: 'rp_filter loose wins over strict: no fault',
    on: 'swan',
    damage: sysctl('net.ipv4.conf.all.rp_filter=2', 'net.ipv4.conf.wan0.rp_filter=1'),
  },
  { name: 'rp_filter strict where tunnels do not end: no fault', on: 'swan', damage: sysctl('net.ipv4.conf.lan0.rp_filter=1') },
  {
    name: 'rp_filter strict, and the way back is another one',
    on: 'libre',
    damage: `${sysctl('net.ipv4.conf.wan0.rp_filter=1')}; ip route add 203.0.113.3 via 10.77.0.254 dev lan0`,
    expect: 'host/rp-filter',
    beside: { 'host/firewall-ike-in': 'IKE of that peer is looked for on lan0', 'host/firewall-esp': 'so is its ESP' },
  },
  {
    name: 'forwarding off',
    on: 'swan',
    damage: sysctl('net.ipv4.ip_forward=0', 'net.ipv4.conf.all.accept_redirects=0'),
    expect: 'host/ip-forward',
  },
  {
    name: 'forwarding off, libreswan',
    on: 'libre',
    damage: sysctl('net.ipv4.ip_forward=0', 'net.ipv4.conf.all.accept_redirects=0'),
    expect: 'host/ip-forward',
  },
  {
    name: 'forwarding off on the inner interface',
    on: 'swan',
    damage: sysctl('net.ipv4.conf.lan0.forwarding=0'),
    expect: 'host/ip-forward-interface',
    says: /lan0/,
  },
  {
    name: 'forwarding off on the outer interface',
    on: 'swan',
    damage: sysctl('net.ipv4.conf.wan0.forwarding=0'),
    expect: 'host/ip-forward-interface',
    says: /wan0/,
  },
  { name: 'IPv6 forwarding off', on: 'swan', damage: sysctl('net.ipv6.conf.all.forwarding=0'), expect: 'host/ipv6-forwarding' },
  { name: 'IPv6 forwarding off, no tunnel carries IPv6: no fault', on: 'libre', damage: sysctl('net.ipv6.conf.all.forwarding=0') },
  { name: 'xfrm_larval_drop off', on: 'swan', damage: sysctl('net.core.xfrm_larval_drop=0'), expect: 'host/xfrm-larval-drop' },
  { name: 'xfrm_acq_expires too short', on: 'swan', damage: sysctl('net.core.xfrm_acq_expires=1'), expect: 'host/xfrm-acq-expires' },
  { name: 'xfrm_acq_expires never', on: 'swan', damage: sysctl('net.core.xfrm_acq_expires=0'), expect: 'host/xfrm-acq-expires' },
  { name: 'path MTU discovery off', on: 'swan', damage: sysctl('net.ipv4.ip_no_pmtu_disc=1'), expect: 'host/ip-no-pmtu-disc' },
  {
    name: 'disable_policy on the outer interface',
    on: 'swan',
    damage: sysctl('net.ipv4.conf.wan0.disable_policy=1'),
    expect: 'host/disable-policy',
  },
  {
    name: 'disable_xfrm on the outer interface',
    on: 'swan',
    damage: sysctl('net.ipv4.conf.wan0.disable_xfrm=1'),
    expect: 'host/disable-xfrm',
  },
];

const swallowed = 'host/firewall-nat-exemption';
/** Rules of nat again, other ones. */
const nat = (...statements: string[]) => `nft delete table inet filter; nft delete table ip nat; rules '${statements.join('\n')}'`;
const iptablesNat = (command: string, ...rules: string[]) =>
  ['nft delete table ip nat', ...rules.map((rule) => `${command} -t nat -A POSTROUTING ${rule}`)].join('\n');
const first = (chain: string, rule: string) => `nft insert rule inet filter ${chain} ${rule}`;
/** The rule that accepts it in the healthy state goes. */
const without = (chain: string, text: string) =>
  `nft -a list chain inet filter ${chain} | sed -n '/${text}/s/.*# handle //p' | while read -r h; do nft delete rule inet filter ${chain} handle "$h"; done`;

const firewall: readonly Fault[] = [
  { name: 'masquerade swallows the tunnel (nft)', on: 'swan', damage: nat('oifname wan0 masquerade'), expect: swallowed },
  { name: 'masquerade swallows the tunnel, libreswan', on: 'libre', damage: nat('oifname wan0 masquerade'), expect: swallowed },
  {
    name: 'SNAT swallows the tunnel',
    on: 'swan',
    damage: nat('oifname wan0 ip saddr 10.77.0.0/24 snat to 198.51.100.1'),
    expect: swallowed,
  },
  {
    name: 'the exemption comes after the masquerade',
    on: 'swan',
    damage: nat('oifname wan0 masquerade', 'ip daddr { 10.78.0.0/24, 10.79.0.0/24 } accept'),
    expect: swallowed,
  },
  {
    name: 'the exemption forgets one network',
    on: 'swan',
    damage: nat('ip daddr 10.78.0.0/24 accept', 'oifname wan0 masquerade'),
    expect: swallowed,
    says: /10\.79\.0\.0/,
  },
  {
    name: 'masquerade swallows the tunnel (iptables-nft)',
    on: 'swan',
    damage: iptablesNat('iptables-nft', '-o wan0 -j MASQUERADE'),
    expect: swallowed,
  },
  {
    name: 'masquerade swallows the tunnel (iptables-legacy)',
    on: 'swan',
    damage: iptablesNat('iptables-legacy', '-o wan0 -j MASQUERADE'),
    expect: swallowed,
  },
  { name: 'masquerade, IPsec exempted (nft): no fault', on: 'swan', damage: nat('rt ipsec exists accept', 'oifname wan0 masquerade') },
  {
    name: 'masquerade of everything else: no fault',
    on: 'swan',
    damage: nat('oifname wan0 ip daddr != { 10.78.0.0/24, 10.79.0.0/24 } masquerade'),
  },
  {
    name: 'masquerade, IPsec exempted (iptables-nft): no fault',
    on: 'swan',
    damage: iptablesNat('iptables-nft', '-m policy --dir out --pol ipsec -j ACCEPT', '-o wan0 -j MASQUERADE'),
  },
  {
    name: 'masquerade, IPsec exempted (iptables-legacy): no fault',
    on: 'swan',
    damage: iptablesNat('iptables-legacy', '-o wan0 -m policy --dir out --pol ipsec -j ACCEPT', '-o wan0 -j MASQUERADE'),
  },
  {
    name: 'forwarding of the tunnel dropped by policy (nft), pings excepted',
    on: 'swan',
    damage: `${without('forward', 'ip saddr { 10.78')}; ${without('forward', 'iifname "lan0"')}; ${first('forward', 'iifname "lan0" meta nfproto ipv6 accept')}`,
    expect: 'host/firewall-forward',
    says: /both ways/,
  },
  {
    name: 'the other side may answer and not begin (nft)',
    on: 'swan',
    damage: without('forward', 'ip saddr { 10.78'),
    expect: 'host/firewall-forward-one-sided',
  },
  {
    name: 'forwarding of the tunnel dropped by a rule (nft)',
    on: 'swan',
    damage: first('forward', 'ip saddr 10.78.0.0/24 drop'),
    expect: 'host/firewall-forward',
    says: /10\.78\.0\.0/,
  },
  {
    name: 'forwarding dropped by policy (iptables-nft)',
    on: 'libre',
    damage: 'iptables-nft -P FORWARD DROP',
    expect: 'host/firewall-forward',
  },
  {
    name: 'forwarding dropped by policy (iptables-legacy)',
    on: 'libre',
    damage: 'iptables-legacy -P FORWARD DROP',
    expect: 'host/firewall-forward',
  },
  {
    name: "Docker's FORWARD policy",
    on: 'libre',
    damage: `iptables-nft -N DOCKER; iptables-nft -N DOCKER-USER; iptables-nft -A DOCKER-USER -j RETURN; iptables-nft -N DOCKER-FORWARD
      iptables-nft -A FORWARD -j DOCKER-USER; iptables-nft -A FORWARD -j DOCKER-FORWARD; iptables-nft -A DOCKER-FORWARD -i docker0 -j ACCEPT
      iptables-nft -P FORWARD DROP`,
    expect: 'host/firewall-docker-forward',
  },
  {
    name: 'UDP 500 dropped on the way in',
    on: 'swan',
    damage: first('input', 'udp dport 500 drop'),
    expect: 'host/firewall-ike-in',
    says: /500/,
  },
  {
    name: 'UDP 4500 dropped on the way in',
    on: 'swan',
    damage: first('input', 'udp dport 4500 drop'),
    expect: 'host/firewall-ike-in',
    says: /4500/,
  },
  {
    name: 'IKE of one peer dropped on the way in',
    on: 'swan',
    damage: first('input', 'ip saddr 203.0.113.3 udp dport { 500, 4500 } drop'),
    expect: 'host/firewall-ike-in',
    says: /203\.0\.113\.3/,
  },
  { name: 'IKE was never let in (nft)', on: 'swan', damage: without('input', 'udp dport { 500'), expect: 'host/firewall-ike-in' },
  {
    name: 'IKE dropped on the way in (iptables-legacy)',
    on: 'libre',
    damage: 'iptables-legacy -A INPUT -p udp -m multiport --dports 500,4500 -j DROP',
    expect: 'host/firewall-ike-in',
  },
  { name: 'ESP dropped on the way in (nft)', on: 'swan', damage: first('input', 'meta l4proto esp drop'), expect: 'host/firewall-esp' },
  { name: 'ESP was never let in (nft)', on: 'libre', damage: without('input', 'l4proto esp'), expect: 'host/firewall-esp' },
  {
    name: 'ESP dropped on the way in (iptables-nft)',
    on: 'libre',
    damage: 'iptables-nft -A INPUT -p esp -j DROP',
    expect: 'host/firewall-esp',
  },
  { name: 'UDP 500 dropped on the way out', on: 'swan', damage: first('output', 'udp dport 500 drop'), expect: 'host/firewall-ike-out' },
  {
    name: 'UDP 4500 rejected on the way out',
    on: 'libre',
    damage: first('output', 'udp dport 4500 reject'),
    expect: 'host/firewall-ike-out',
    says: /4500/,
  },
  { name: 'ESP dropped on the way out', on: 'swan', damage: first('output', 'meta l4proto esp drop'), expect: 'host/firewall-esp' },
  {
    name: 'IKE over IPv6 dropped on the way in',
    on: 'swan',
    damage: first('input', 'meta nfproto ipv6 udp dport { 500, 4500 } drop'),
    expect: 'host/firewall-ike-in',
    says: /2001:db8/,
  },
  {
    name: 'drops that are none of its business: no fault',
    on: 'swan',
    damage: `${first('input', 'tcp dport 23 drop')}; ${first('forward', 'ip saddr 192.168.99.0/24 drop')}; ${first('output', 'tcp dport 25 drop')}`,
  },
];

const policy = (selector: string, direction: string, ends: string) =>
  `ip xfrm policy add ${selector} dir ${direction} priority 1000 tmpl ${ends} proto esp reqid 7 mode tunnel`;

const routing: readonly Fault[] = [
  { name: 'no route to the peers', on: 'swan', damage: 'ip route del default', expect: 'host/route-to-peer' },
  { name: 'no route to the peers, libreswan', on: 'libre', damage: 'ip route del default', expect: 'host/route-to-peer' },
  { name: 'no route to the IPv6 peer', on: 'swan', damage: 'ip -6 route del default', expect: 'host/route-to-peer', says: /2001:db8:2::2/ },
  {
    name: 'the route to one peer is unreachable',
    on: 'swan',
    damage: 'ip route add unreachable 203.0.113.3',
    expect: 'host/route-to-peer',
    says: /203\.0\.113\.3/,
  },
  {
    name: "the peer's address is our own",
    on: 'libre',
    damage: 'ip addr add 203.0.113.3/32 dev lo',
    expect: 'host/route-to-peer-ourselves',
  },
  {
    name: 'a local network overlaps the remote one',
    on: 'swan',
    damage: 'ip addr add 10.78.0.9/24 dev lan0',
    expect: 'host/route-overlap',
  },
  {
    name: 'a local network overlaps the remote one, libreswan',
    on: 'libre',
    damage: 'ip addr add 10.79.0.9/16 dev lan0',
    expect: 'host/route-overlap',
    says: /10\.7[89]/,
  },
  {
    name: 'both ends have the same selector',
    on: 'libre',
    damage: `conf s/10.79.0.0/10.77.0.0/ /etc/ipsec.d/branch.conf; ${nat('ip daddr { 10.77.0.0/24, 10.78.0.0/24 } accept', 'oifname wan0 masquerade')}
      ${first('forward', 'iifname "wan0" ip saddr 10.77.0.0/24 accept')}`,
    expect: 'host/route-overlap-same-selectors',
  },
  {
    name: 'a route gives the wrong source',
    on: 'swan',
    damage: 'ip route add 10.78.0.0/24 via 198.51.100.254 src 198.51.100.1',
    expect: 'host/route-source',
  },
  {
    name: 'leftsourceip outside the selector',
    on: 'libre',
    damage: 'conf s/leftsourceip=.*/leftsourceip=10.60.0.1/ /etc/ipsec.conf',
    expect: 'host/route-source-outside-selector',
  },
  {
    name: 'leftsourceip that only the daemon will add: no fault',
    on: 'libre',
    damage: 'conf s/leftsourceip=.*/leftsourceip=10.77.0.99/ /etc/ipsec.conf',
  },
  {
    name: 'our end has an address that we have not',
    on: 'swan',
    damage: 'conf "0,/198.51.100.1/s/198.51.100.1/198.51.100.77/" /etc/swanctl/swanctl.conf',
    expect: 'host/route-to-peer-own-address',
  },
  {
    name: 'policies of nobody hijack a selector',
    on: 'libre',
    damage: `${policy('src 10.77.0.0/24 dst 10.90.0.0/24', 'out', 'src 198.51.100.1 dst 203.0.113.9')}
      ${policy('src 10.90.0.0/24 dst 10.77.0.0/24', 'in', 'src 203.0.113.9 dst 198.51.100.1')}`,
    expect: 'host/xfrm-stale-policy',
  },
  {
    name: 'a policy without SA, although the connection is to be up',
    on: 'libre',
    damage: `conf s/auto=add/auto=start/ /etc/ipsec.conf
      ${policy('src 10.77.0.0/24 dst 10.78.0.0/24', 'out', 'src 198.51.100.1 dst 203.0.113.2')}`,
    expect: 'host/xfrm-policy-without-sa',
  },
  {
    name: 'a policy that waits for traffic: no fault',
    on: 'libre',
    damage: `conf s/auto=add/auto=ondemand/ /etc/ipsec.conf
      ${policy('src 10.77.0.0/24 dst 10.78.0.0/24', 'out', 'src 198.51.100.1 dst 203.0.113.2')}
      ${policy('src 10.77.0.0/24 dst 10.79.0.0/24', 'out', 'src 198.51.100.1 dst 203.0.113.3')}`,
  },
  {
    name: 'policies left behind by a daemon that is gone',
    on: 'libre',
    damage: `${policy('src 10.77.0.0/24 dst 10.78.0.0/24', 'out', 'src 198.51.100.1 dst 203.0.113.2')}; stop_daemon`,
    expect: 'host/running-stack-stopped',
    beside: { 'host/xfrm-stale-policy-no-daemon': 'what this is about' },
  },
  {
    name: 'a route of strongSwan is left over in table 220',
    on: 'swan',
    damage: 'ip route add 10.78.0.0/24 via 198.51.100.254 dev wan0 src 10.77.0.1 table 220',
    expect: 'host/route-table-220-stale',
  },
];

const sockets: readonly Fault[] = [
  {
    name: 'a foreign program has UDP 500',
    on: 'libre',
    damage: 'stop_daemon; cp "$(command -v perl)" /usr/bin/dnsproxy; hold dnsproxy udp:500; hold /usr/libexec/ipsec/pluto udp:4500',
    expect: 'host/udp-500-foreign',
    says: /dnsproxy/,
  },
  {
    name: 'a foreign program has UDP 4500',
    on: 'libre',
    damage: 'stop_daemon; cp "$(command -v perl)" /usr/bin/dnsproxy; hold dnsproxy udp:4500; hold /usr/libexec/ipsec/pluto udp:500',
    expect: 'host/udp-4500-foreign',
    says: /dnsproxy/,
  },
  { name: 'the daemon is dead', on: 'swan', damage: 'stop_daemon', expect: 'host/running-stack-stopped' },
  { name: 'the daemon is dead, libreswan', on: 'libre', damage: 'stop_daemon', expect: 'host/running-stack-stopped' },
  {
    name: 'the daemon has 500 alone',
    on: 'libre',
    damage: 'stop_daemon; hold /usr/libexec/ipsec/pluto udp:500',
    expect: 'host/udp-4500-closed',
  },
  {
    name: 'the daemon has 4500 alone',
    on: 'libre',
    damage: 'stop_daemon; hold /usr/libexec/ipsec/pluto udp:4500',
    expect: 'host/udp-500-closed',
  },
  {
    name: 'two daemons at once',
    on: 'libre',
    damage: 'cp "$(command -v perl)" /usr/sbin/racoon; hold /usr/sbin/racoon udp:0',
    expect: 'host/stacks-fight-for-500',
  },
];

const configuration: readonly Fault[] = [
  { name: 'CRLF', on: 'libre', damage: 'conf "s/$/\\r/" /etc/ipsec.conf', expect: 'host/conf-crlf-quoting' },
  {
    name: 'a keyword that nobody knows',
    on: 'libre',
    damage: 'conf "s/^\\tauto=add/\\tauto=add\\n\\tleftsubent=10.1.0.0\\/24/" /etc/ipsec.conf',
    expect: 'host/conf-unknown-keywords',
    says: /leftsubent/,
  },
  {
    name: 'a keyword that nobody knows, swanctl',
    on: 'swan',
    damage: 'conf "0,/remote_addrs/s/remote_addrs/remote_adrs/" /etc/swanctl/swanctl.conf',
    expect: 'host/conf-unknown-keywords',
    says: /remote_adrs/,
  },
  {
    name: 'a keyword of former days',
    on: 'libre',
    damage: 'conf "s/^config setup/config setup\\n\\tnat_traversal=yes/" /etc/ipsec.conf',
    expect: 'host/conf-obsolete-keywords',
    says: /nat_traversal/,
  },
  {
    name: 'weak algorithms',
    on: 'libre',
    damage: 'conf s/ike=aes256-sha2_256-modp2048/ike=3des-sha1-modp1024/ /etc/ipsec.conf',
    expect: 'host/conf-weak-algorithms',
  },
  {
    name: 'weak algorithms, swanctl',
    on: 'swan',
    damage: 'conf "0,/esp_proposals = .*/s//esp_proposals = 3des-md5/" /etc/swanctl/swanctl.conf',
    expect: 'host/conf-weak-algorithms',
  },
  {
    name: 'an included file that is not there',
    on: 'libre',
    damage: 'echo "include /etc/ipsec.d/site.cfg" >>/etc/ipsec.conf',
    expect: 'host/conf-include-missing',
  },
  { name: 'a connection that nothing loads', on: 'libre', damage: 'conf /auto=add/d /etc/ipsec.conf', expect: 'host/conf-not-loaded' },
  {
    name: 'a connection given twice',
    on: 'libre',
    damage: 'cat /etc/ipsec.d/branch.conf >/etc/ipsec.d/copy.conf',
    expect: 'host/conf-duplicate-conns',
  },
  { name: 'a brace too few, swanctl', on: 'swan', damage: 'conf "0,/^  }/s/^  }//" /etc/swanctl/swanctl.conf', expect: 'host/conf-syntax' },
  {
    name: 'a line that is no setting',
    on: 'libre',
    damage: 'conf "s/^\\tauto=add/\\tauto add/" /etc/ipsec.conf',
    expect: 'host/conf-syntax',
  },
];

const keys: readonly Fault[] = [
  { name: 'ipsec.secrets for everybody to read', on: 'libre', damage: 'chmod 644 /etc/ipsec.secrets', expect: 'host/secrets-file-mode' },
  {
    name: 'ipsec.secrets for everybody to write',
    on: 'libre',
    damage: 'chmod 666 /etc/ipsec.secrets',
    expect: 'host/secrets-file-mode-writable',
  },
  {
    name: "ipsec.secrets is somebody else's",
    on: 'libre',
    damage: 'chown nobody /etc/ipsec.secrets',
    expect: 'host/secrets-file-mode-owner',
  },
  {
    name: 'a private key for everybody to read',
    on: 'swan',
    damage: 'chmod 644 /etc/swanctl/private/gw.key; chmod 755 /etc/swanctl/private',
    expect: 'host/secrets-file-mode',
  },
  {
    name: 'no secret for one connection',
    on: 'libre',
    damage: 'conf /branch/d /etc/ipsec.secrets',
    expect: 'host/secret-missing',
    says: /branch/,
  },
  {
    name: 'no secret, swanctl',
    on: 'swan',
    damage: 'conf "s/id-[12] = .*/id-1 = elsewhere.example/" /etc/swanctl/swanctl.conf',
    expect: 'host/secret-missing',
    says: /office/,
  },
  {
    name: 'a secret that can be guessed',
    on: 'libre',
    damage: 'conf "s/$PSK_BRANCH/secret123/" /etc/ipsec.secrets',
    expect: 'host/secret-strength-guessable',
  },
  {
    name: 'a secret without quotation marks',
    on: 'libre',
    damage: 'conf "s/PSK \\"$PSK_BRANCH\\"/PSK \\"$PSK_BRANCH/" /etc/ipsec.secrets',
    expect: 'host/secret-syntax',
    beside: { 'host/secret-missing': 'branch has none that can be read' },
  },
  {
    name: 'our certificate has expired',
    on: 'swan',
    damage: 'cp "$PKI/expired.pem" /etc/swanctl/x509/gw.pem',
    expect: 'host/cert-dates-expired',
  },
  {
    name: 'our certificate is not yet valid',
    on: 'swan',
    damage: 'cp "$PKI/early.pem" /etc/swanctl/x509/gw.pem',
    expect: 'host/cert-dates-early',
  },
  {
    name: 'the key is not that of our certificate',
    on: 'swan',
    damage: 'cp "$PKI/other.key" /etc/swanctl/private/gw.key; chmod 600 /etc/swanctl/private/gw.key',
    expect: 'host/cert-key-match-mismatch',
  },
  {
    name: 'our identity is not in our certificate',
    on: 'swan',
    damage: 'cp "$PKI/foreign.pem" /etc/swanctl/x509/gw.pem',
    expect: 'host/cert-identity',
  },
  {
    name: 'our private key is not there',
    on: 'swan',
    damage: 'rm /etc/swanctl/private/gw.key',
    expect: 'host/cert-key-match-missing',
  },
  {
    name: 'our certificate is for signed programs alone',
    on: 'swan',
    damage: 'cp "$PKI/coding.pem" /etc/swanctl/x509/gw.pem',
    expect: 'host/cert-eku-none',
  },
  {
    name: 'our certificate was revoked',
    on: 'swan',
    damage: 'mkdir -p /etc/swanctl/x509crl; cp "$PKI/ca.crl" /etc/swanctl/x509crl/; cp "$PKI/revoked.pem" /etc/swanctl/x509/gw.pem',
    expect: 'host/cert-crl-revoked',
  },
  { name: 'the CA certificate is not there', on: 'swan', damage: 'rm /etc/swanctl/x509ca/ca.pem', expect: 'host/cert-chain-issuer' },
];

const road = '/etc/openvpn/server/road.conf';
const openvpn: readonly Fault[] = [
  {
    name: 'OpenVPN: no TUN device',
    on: 'ovpn',
    damage: 'stop_daemon; mount -t tmpfs none /dev/net',
    expect: 'host/openvpn-tun-device-missing',
  },
  { name: 'OpenVPN: comp-lzo', on: 'ovpn', damage: `echo 'comp-lzo' >>${road}`, expect: 'host/openvpn-deprecated' },
  {
    name: 'OpenVPN: one static key',
    on: 'ovpn',
    damage: `openvpn --genkey secret /etc/openvpn/server/static.key; chmod 600 /etc/openvpn/server/static.key
      printf 'dev tun0\\nifconfig 10.99.0.1 10.99.0.2\\nsecret static.key\\ncipher AES-256-CBC\\nport 1194\\n' >${road}`,
    expect: 'host/openvpn-deprecated',
  },
  {
    name: 'OpenVPN: cipher without data-ciphers',
    on: 'ovpn',
    damage: `conf 's/^data-ciphers .*/cipher AES-256-CBC/' ${road}`,
    expect: 'host/openvpn-deprecated',
  },
  {
    name: 'OpenVPN: key for everybody to read',
    on: 'ovpn',
    damage: 'chmod 644 /etc/openvpn/server/gw.key',
    expect: 'host/openvpn-key-modes',
  },
  {
    name: 'OpenVPN: certificate has expired',
    on: 'ovpn',
    damage: 'cp "$PKI/expired.pem" /etc/openvpn/server/gw.pem',
    expect: 'host/openvpn-certs-expired',
  },
  {
    name: 'OpenVPN: a foreign program has its port',
    on: 'ovpn',
    damage: `stop_daemon; cp "$(command -v perl)" /usr/bin/dnsproxy; hold dnsproxy udp:1194
      openvpn --config ${road} --port 1195 >/dev/null & wait_for udp_open 1195`,
    expect: 'host/openvpn-ports-foreign',
  },
  { name: 'OpenVPN: not running', on: 'ovpn', damage: 'stop_daemon', expect: 'host/running-stack-stopped' },
  { name: 'OpenVPN: its port is dropped', on: 'ovpn', damage: first('input', 'udp dport 1194 drop'), expect: 'host/firewall-openvpn' },
  {
    name: 'OpenVPN: what comes out of the tunnel is dropped',
    on: 'ovpn',
    damage: first('forward', 'iifname "tun0" drop'),
    expect: 'host/firewall-openvpn-forward',
  },
  {
    name: 'OpenVPN: clients get addresses of the local network',
    on: 'ovpn',
    damage: `conf 's/^server 10.99.0.0/server 10.77.0.0/' ${road}`,
    expect: 'host/openvpn-server-network-overlap',
  },
  {
    name: 'OpenVPN: forwarding off',
    on: 'ovpn',
    damage: sysctl('net.ipv4.ip_forward=0', 'net.ipv4.conf.all.accept_redirects=0'),
    expect: 'host/ip-forward',
  },
];

const tools: readonly Fault[] = [
  { name: 'no command "ip"', on: 'libre', damage: 'rm -f /usr/sbin/ip /usr/bin/ip', expect: 'host/tool-ip-missing', blind: true },
];

export const faults: readonly Fault[] = [...settings, ...firewall, ...routing, ...sockets, ...configuration, ...keys, ...openvpn, ...tools];
