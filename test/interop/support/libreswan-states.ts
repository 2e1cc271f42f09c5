/** A state of a gateway with libreswan 4.10, and what both tools make of it. */
export interface LibreswanState {
  readonly name: string;
  /** Lines of shell that bring it about, beside pluto. */
  readonly damage: string;
  /** And that take it back. */
  readonly undo?: string;
  /** Lines of `ipsec verify` other than [OK], as `label: WORD`. */
  readonly old: readonly string[];
  /** Codes of `vpndoctor verify`, what they explain not counted. */
  readonly codes: readonly string[];
  /** Why only one of them speaks, or of something else. */
  readonly because?: string;
  /** `collect` too, to be judged outside. */
  readonly collect?: true;
  /** It takes a kernel with ESP, that of the guest. */
  readonly kernel?: true;
}

const NOT_LOOKED_AT = 'ipsec verify does not look at it';

const sysctl = (name: string, from: number, to: number) => ({ damage: `sysctl -qw ${name}=${to}`, undo: `sysctl -qw ${name}=${from}` });
const config = (edit: string) => ({ damage: `sed -i '${edit}' /etc/ipsec.conf`, undo: 'cp -a /run/good.conf /etc/ipsec.conf' });
const secrets = (edit: string) => ({ damage: `sed -i '${edit}' /etc/ipsec.secrets`, undo: 'cp -a /run/good.secrets /etc/ipsec.secrets' });
const option = (line: string) => config(`s/^\\tauto=add/&\\n\\t${line}/`);
const rules = (text: string) => ({ damage: `nft '${text}'`, undo: 'nft flush ruleset' });
const away = (...files: string[]) => ({
  damage: files.map((file) => `mv ${file} ${file}.away`).join('; '),
  undo: files.map((file) => `mv ${file}.away ${file}`).join('; '),
});

/** Run before all states. */
export const prepare = `
cat >/etc/ipsec.conf <<'CONF'
config setup
	logfile=/var/log/pluto.log

conn office
	left=198.51.100.1
	leftid=@gw1.example
	leftsubnet=10.78.0.0/24
	right=203.0.113.2
	rightid=@office.example
	rightsubnet=10.77.0.0/24
	authby=secret
	ikev2=insist
	ike=aes256-sha2_256;modp2048
	esp=aes256-sha2_256
	auto=add
CONF
echo '@gw1.example @office.example : PSK "Wq7-tR2m_Zk9vXb4Lp6sNd3H8yTq"' >/etc/ipsec.secrets
chmod 600 /etc/ipsec.secrets
cp -a /etc/ipsec.conf /run/good.conf
cp -a /etc/ipsec.secrets /run/good.secrets
ipsec initnss
start_pluto() { # the one before may still hold its socket
  until ipsec pluto --config /etc/ipsec.conf 2>/run/pluto.err; do sleep 0.2; done
  until ipsec whack --status >/dev/null 2>&1; do sleep 0.2; done
  until grep -q ':1194 ' /proc/net/udp; do sleep 0.2; done # UDP 4500, opened by a child of its own a moment later
  ipsec auto --add office
}
stop_pluto() { ipsec whack --shutdown; while pidof pluto >/dev/null; do sleep 0.1; done; }
start_pluto
`;

export const states: readonly LibreswanState[] = [
  { name: 'healthy', damage: '', old: [], codes: [], collect: true, kernel: true },

  // ---- settings of the kernel
  {
    name: 'send_redirects in "default" alone',
    ...sysctl('net.ipv4.conf.default.send_redirects', 0, 1),
    old: ['ICMP default/send_redirects: NOT DISABLED'],
    codes: [],
    because: '"default" is for interfaces to come: none of those that are there sends redirects',
  },
  {
    name: 'send_redirects in "all"',
    ...sysctl('net.ipv4.conf.all.send_redirects', 0, 1),
    old: [],
    codes: ['host/send-redirects'],
    because: 'in force on every interface (the kernel takes "all" or the interface), but ipsec verify reads "default" alone',
  },
  {
    name: 'send_redirects on eth0',
    ...sysctl('net.ipv4.conf.eth0.send_redirects', 0, 1),
    old: [],
    codes: ['host/send-redirects'],
    because: 'ipsec verify reads "default" alone',
  },
  {
    name: 'accept_redirects in "default" alone',
    ...sysctl('net.ipv4.conf.default.accept_redirects', 0, 1),
    old: ['ICMP default/accept_redirects: NOT DISABLED'],
    codes: [],
    because: '"default" is for interfaces to come',
  },
  {
    name: 'accept_redirects in "all" and eth0',
    damage: 'sysctl -qw net.ipv4.conf.all.accept_redirects=1 net.ipv4.conf.eth0.accept_redirects=1',
    undo: 'sysctl -qw net.ipv4.conf.all.accept_redirects=0 net.ipv4.conf.eth0.accept_redirects=0',
    old: [],
    codes: ['host/accept-redirects'],
    because: 'ipsec verify reads "default" alone',
  },
  {
    name: 'rp_filter strict on eth0',
    ...sysctl('net.ipv4.conf.eth0.rp_filter', 0, 1),
    old: ['Checking rp_filter: ENABLED', '/proc/sys/net/ipv4/conf/eth0/rp_filter: ENABLED'],
    codes: ['host/rp-filter'],
  },
  {
    name: 'rp_filter strict on d0, inside',
    ...sysctl('net.ipv4.conf.d0.rp_filter', 0, 1),
    old: ['Checking rp_filter: ENABLED', '/proc/sys/net/ipv4/conf/d0/rp_filter: ENABLED'],
    codes: [],
    because: 'no tunnel ends there: nothing decrypted comes in by that interface, and what its network sends has its way back there',
  },
  {
    name: 'rp_filter strict on eth0, loose in "all"',
    damage: 'sysctl -qw net.ipv4.conf.eth0.rp_filter=1 net.ipv4.conf.all.rp_filter=2',
    undo: 'sysctl -qw net.ipv4.conf.eth0.rp_filter=0 net.ipv4.conf.all.rp_filter=0',
    old: ['Checking rp_filter: ENABLED', '/proc/sys/net/ipv4/conf/eth0/rp_filter: ENABLED'],
    codes: [],
    because: 'the kernel takes the greater of both, which is loose',
  },
  {
    name: 'xfrm_larval_drop off',
    ...sysctl('net.core.xfrm_larval_drop', 1, 0),
    old: ['XFRM larval drop: NOT ENABLED'],
    codes: ['host/xfrm-larval-drop'],
  },
  { name: 'forwarding off', ...sysctl('net.ipv4.ip_forward', 1, 0), old: [], codes: ['host/ip-forward'], because: NOT_LOOKED_AT },

  // ---- configuration and secrets
  {
    name: 'syntax error',
    ...option('leftsubnet'),
    old: ['Pluto ipsec.conf syntax: PARSE ERROR', 'Checking for obsolete ipsec.conf options: OBSOLETE KEYWORD'],
    codes: ['host/conf-syntax'],
  },
  {
    name: 'a keyword that 4.0 dropped',
    ...config('/^config setup/a\\\tnat_traversal=yes'),
    old: ['Pluto ipsec.conf syntax: PARSE ERROR', 'Checking for obsolete ipsec.conf options: OBSOLETE KEYWORD'],
    codes: ['host/conf-obsolete-keywords'],
  },
  {
    name: 'an obsolete keyword that is ignored',
    ...config('/^config setup/a\\\tinterfaces=%defaultroute'),
    old: ['Checking for obsolete ipsec.conf options: OBSOLETE KEYWORD'],
    codes: ['host/conf-obsolete-keywords'],
  },
  {
    name: 'a value that is none',
    ...option('type=tunnle'),
    old: ['Checking for obsolete ipsec.conf options: OBSOLETE KEYWORD'],
    codes: ['host/conf-syntax'],
    because: 'to ipsec verify a syntax error is what addconn calls so, and every other word of it an obsolete keyword',
  },
  {
    name: 'a keyword given twice',
    ...option('ikev2=permit'),
    old: [],
    codes: ['host/conf-duplicate-conns'],
    because: 'addconn says so and does not load the connection; ipsec verify waits for "syntax error"',
  },
  {
    name: 'weak secret',
    ...secrets('s/PSK ".*"/PSK "short"/'),
    old: ['Pluto ipsec.secret syntax: OBSOLETE'],
    codes: ['host/secret-strength-guessable'],
  },
  {
    name: 'no secret for the connection',
    ...secrets('s/^@gw1.example @office.example/@gw2.example @depot.example/'),
    old: [],
    codes: ['host/secret-missing'],
    because: NOT_LOOKED_AT,
  },

  // ---- processes and tools
  {
    name: 'pluto stopped',
    damage: 'stop_pluto',
    undo: 'start_pluto',
    old: ['Checking that pluto is running: FAILED'],
    codes: ['host/running-stack-stopped'],
  },
  {
    name: 'no command ss',
    ...away('/usr/bin/ss'),
    old: ['Pluto listening for IKE on udp 500: FAILED', "NameError: name 'sscmd' is not defined"],
    codes: [],
    because: 'pluto listens all the same: the sockets are in /proc/net/udp; ipsec verify ends there, its other checks undone',
  },
  {
    name: 'no command iptables',
    ...away('/usr/sbin/iptables'),
    old: ["Checking 'iptables' command: MISSING"],
    codes: [],
    because: 'nft is there: enough to read the rules, and nothing that is configured calls iptables',
  },

  // ---- firewall and kernel
  {
    name: 'masquerading takes the tunnel',
    ...rules('table ip nat { chain post { type nat hook postrouting priority srcnat; oifname "eth0" masquerade; }; }'),
    old: [],
    codes: ['host/firewall-nat-exemption'],
    because: 'ipsec verify does not read rules (BUGS of its manual)',
    collect: true,
  },
  {
    name: 'ESP dropped on its way in',
    ...rules('table inet f { chain in { type filter hook input priority filter; meta l4proto esp drop; }; }'),
    old: [],
    codes: ['host/firewall-esp'],
    because: 'ipsec verify does not read rules',
  },
  {
    name: 'a policy left over in the kernel',
    damage: 'ip xfrm policy add $LEFT_OVER tmpl src 198.51.100.1 dst 203.0.113.9 proto esp reqid 77 mode tunnel',
    undo: 'ip xfrm policy delete $LEFT_OVER',
    old: [],
    codes: ['host/xfrm-stale-policy'],
    because: NOT_LOOKED_AT,
    kernel: true,
  },
  {
    name: 'no ESP in the kernel',
    damage: "echo 'install esp4 /bin/false' >/etc/modprobe.d/no-esp.conf; modprobe -r esp4",
    undo: 'rm /etc/modprobe.d/no-esp.conf; modprobe esp4',
    old: [],
    codes: ['host/esp-ah-ipcomp'],
    because: 'for ipsec verify a file of net.core is kernel support',
    kernel: true,
  },
  {
    name: 'ESP with an SPI that nobody has',
    damage: 'unknown_spi 150',
    old: [],
    codes: ['host/xfrm-stat'],
    because: 'ipsec verify does not read /proc/net/xfrm_stat',
    collect: true,
    kernel: true,
  },
];

/** Functions of the damage. */
export const tools = `
LEFT_OVER='src 10.78.0.0/24 dst 10.99.0.0/24 dir out'
unknown_spi() { # so many packets of ESP, real ones, to this host's own address
  python3 -c 'import socket, sys
esp = socket.socket(socket.AF_INET, socket.SOCK_RAW, 50)
for n in range(int(sys.argv[1])):
    esp.sendto(bytes.fromhex("deadbeef") + (n + 1).to_bytes(4, "big") + bytes(64), ("198.51.100.1", 0))' "$1"
}
`;
