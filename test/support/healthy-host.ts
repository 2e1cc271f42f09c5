import { type FakeAnswers, FakeHost } from '../../src/host/fake.js';

/** A Debian gateway between 192.0.2.1 (eth0, default route) and 10.1.0.1/24 (eth1), strongSwan running, everything in order. */
const healthy = {
  files: {
    '/proc/sys/kernel/osrelease': '6.1.0-28-amd64\n',
    '/proc/sys/kernel/hostname': 'gw\n',
    '/proc/modules': 'xfrm_user 53248 2 - Live 0x0\nesp4 28672 0 - Live 0x0\nxfrm_algo 16384 2 esp4,xfrm_user, Live 0x0\n',
    '/lib/modules/6.1.0-28-amd64/modules.builtin': 'kernel/net/unix/unix.ko\n',
    '/lib/modules/6.1.0-28-amd64/modules.dep':
      'kernel/net/ipv4/esp4.ko: \nkernel/net/ipv6/esp6.ko: \nkernel/net/ipv4/ah4.ko: \nkernel/net/ipv6/ah6.ko: \nkernel/net/xfrm/xfrm_user.ko: \n',
    '/proc/net/xfrm_stat': 'XfrmInError             \t0\nXfrmInNoStates          \t0\n',
    '/proc/net/snmp': 'Ip: Forwarding ReasmFails\nIp: 1 0\n',
    '/proc/net/netstat': 'TcpExt: SyncookiesSent IPReversePathFilter\nTcpExt: 0 0\n',
    '/proc/1/cgroup': '0::/init.scope\n',
    '/proc/1/stat': '1 (systemd) S 0 1 1 0 -1 0\n',
    '/proc/700/stat': '700 (charon-systemd) S 1 700 700 0 -1 0\n',
    '/proc/700/cmdline': '/usr/sbin/charon-systemd\0',
    '/proc/sys/net/core/xfrm_larval_drop': '1\n',
    '/proc/sys/net/core/xfrm_acq_expires': '30\n',
    '/proc/sys/net/ipv4/ip_forward': '1\n',
    '/proc/sys/net/ipv4/ip_no_pmtu_disc': '0\n',
    '/proc/sys/net/ipv6/conf/all/forwarding': '1\n',
    ...Object.fromEntries(
      ['all', 'default', 'lo', 'eth0', 'eth1'].flatMap((device) => [
        ...Object.entries({
          rp_filter: 0,
          send_redirects: 0,
          accept_redirects: 0,
          secure_redirects: 1,
          forwarding: 1,
          disable_policy: device === 'lo' ? 1 : 0,
          disable_xfrm: device === 'lo' ? 1 : 0,
        }).map(([name, value]) => [`/proc/sys/net/ipv4/conf/${device}/${name}`, `${value}\n`]),
        ...Object.entries({ accept_redirects: 0, forwarding: 1, disable_policy: 0 }).map(([name, value]) => [
          `/proc/sys/net/ipv6/conf/${device}/${name}`,
          `${value}\n`,
        ]),
      ]),
    ),
    '/usr/sbin/swanctl': '',
    '/usr/sbin/charon-systemd': '',
  },
  links: {
    '/proc/self/ns/net': 'net:[4026531840]',
    '/proc/700/ns/net': 'net:[4026531840]',
    '/proc/700/exe': '/usr/sbin/charon-systemd',
  },
  commands: {
    'systemd-detect-virt -c': { stdout: 'none\n', status: 1 },
    'swanctl --version': 'strongSwan swanctl 5.9.8\n',
    'ip -s xfrm state': '',
    'ip xfrm policy': '',
    'ip -d -j addr': JSON.stringify([
      { ifindex: 1, ifname: 'lo', flags: ['LOOPBACK', 'UP', 'LOWER_UP'], mtu: 65536, addr_info: [ipv4('127.0.0.1', 8, 'host')] },
      { ifindex: 2, ifname: 'eth0', flags: ['BROADCAST', 'UP', 'LOWER_UP'], mtu: 1500, addr_info: [ipv4('192.0.2.1', 24)] },
      { ifindex: 3, ifname: 'eth1', flags: ['BROADCAST', 'UP', 'LOWER_UP'], mtu: 1500, addr_info: [ipv4('10.1.0.1', 24)] },
    ]),
    'ip -j -4 route show table all': JSON.stringify([
      { dst: 'default', gateway: '192.0.2.254', dev: 'eth0', flags: [] },
      { dst: '192.0.2.0/24', dev: 'eth0', protocol: 'kernel', scope: 'link', prefsrc: '192.0.2.1', flags: [] },
      { dst: '10.1.0.0/24', dev: 'eth1', protocol: 'kernel', scope: 'link', prefsrc: '10.1.0.1', flags: [] },
      { type: 'local', dst: '192.0.2.1', dev: 'eth0', table: 'local', protocol: 'kernel', scope: 'host', prefsrc: '192.0.2.1', flags: [] },
      { type: 'local', dst: '10.1.0.1', dev: 'eth1', table: 'local', protocol: 'kernel', scope: 'host', prefsrc: '10.1.0.1', flags: [] },
    ]),
    'ip -j -6 route show table all': '[]',
    'ip -j -4 rule': JSON.stringify([
      { priority: 0, src: 'all', table: 'local' },
      { priority: 32766, src: 'all', table: 'main' },
      { priority: 32767, src: 'all', table: 'default' },
    ]),
    'ip -j -6 rule': '[]',
    'ss -H -l -n -t -u -w -p': [
      'udp   UNCONN 0      0            0.0.0.0:500       0.0.0.0:*    users:(("charon-systemd",pid=700,fd=10))',
      'udp   UNCONN 0      0            0.0.0.0:4500      0.0.0.0:*    users:(("charon-systemd",pid=700,fd=11))',
      'udp   UNCONN 0      0               [::]:500          [::]:*    users:(("charon-systemd",pid=700,fd=8))',
      'udp   UNCONN 0      0               [::]:4500         [::]:*    users:(("charon-systemd",pid=700,fd=9))',
      'tcp   LISTEN 0      128          0.0.0.0:22        0.0.0.0:*    users:(("sshd",pid=600,fd=3))',
      '',
    ].join('\n'),
    'nft -j list ruleset': JSON.stringify({ nftables: [] }),
    'iptables-save': '',
    'ip6tables-save': '',
  },
} satisfies FakeAnswers;

function ipv4(local: string, prefixlen: number, scope = 'global') {
  return { family: 'inet', local, prefixlen, scope };
}

/**
 * A gateway on which every check should pass, changed as given: an answer overrides the healthy one, `undefined` takes it away
 * (the question is then `missing`).
 */
export function healthyHost(changes: Changes = {}): FakeHost {
  return new FakeHost({
    ...(changes.isRoot !== undefined && { isRoot: changes.isRoot }),
    ...(changes.now !== undefined && { now: changes.now }),
    files: merged(healthy.files, changes.files),
    links: merged(healthy.links, changes.links),
    commands: merged(healthy.commands, changes.commands),
    stats: changes.stats ?? {},
    dirs: changes.dirs ?? {},
  });
}

interface Changes {
  readonly files?: Readonly<Record<string, NonNullable<FakeAnswers['files']>[string] | undefined>>;
  readonly commands?: Readonly<Record<string, NonNullable<FakeAnswers['commands']>[string] | undefined>>;
  readonly links?: Readonly<Record<string, string | undefined>>;
  readonly stats?: NonNullable<FakeAnswers['stats']>;
  readonly dirs?: NonNullable<FakeAnswers['dirs']>;
  readonly isRoot?: boolean;
  readonly now?: Date;
}

function merged<T>(
  healthyOnes: Readonly<Record<string, T>>,
  changes: Readonly<Record<string, T | undefined>> | undefined,
): Record<string, T> {
  const all: Record<string, T | undefined> = { ...healthyOnes, ...changes };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, T] => entry[1] !== undefined));
}
