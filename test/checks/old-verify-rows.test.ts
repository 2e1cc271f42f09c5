import { describe, expect, it } from 'vitest';
import type { Check } from '../../src/checks/check.js';
import { checks } from '../../src/checks/index.js';
import { FakeHost } from '../../src/host/fake.js';
import type { Host } from '../../src/host/host.js';
import type { Status } from '../../src/model/status.js';
import { linesOf } from '../support/check-cases.js';
import { gateway } from '../support/gateway.js';
import { libreswanHost } from '../support/libreswan-host.js';

/** A row of `ipsec verify`, the check of ours that answers it, and a host for each answer. */
interface Row {
  readonly of: string;
  readonly row: string;
  readonly check: string;
  readonly pass: Host;
  /** Ours fails or warns. */
  readonly bad: Host;
  readonly unknown: Host;
}

/** A row that has no check: why. */
interface Dropped {
  readonly of: string;
  readonly row: string;
  readonly why: string;
}

const LIBRESWAN = 'libreswan 4.15';
const LIBRESWAN_3 = 'libreswan 3.0';
const OPENSWAN = 'Openswan 2.6.37';

const NET4 = '/proc/sys/net/ipv4';
const SS = 'ss -H -l -n -t -u -w -p';
const nothing = new FakeHost();
const sysctl = (path: string, value: string | { reason: 'denied' }) => gateway({ files: { [`/proc/sys/${path}`]: value as string } });
const sockets = (...lines: string[]) => gateway({ commands: { [SS]: lines.join('\n') } });
const charon = (port: number) => `udp UNCONN 0 0 0.0.0.0:${port} 0.0.0.0:* users:(("charon-systemd",pid=700,fd=10))`;
const unseenSockets = gateway({ commands: { [SS]: { reason: 'denied' } } });
const refused = (path: string) => gateway({ files: { [path]: { reason: 'denied' } as unknown as string } });

const ipsecVersion = { 'ipsec --version': 'Linux Libreswan 4.10 (XFRM) on 6.1.0-28-amd64\n' };
const pluto = (
  conf: string,
  secrets = '192.0.2.1 198.51.100.2 : PSK "vaeL4ahmoo7aeng4eiBiech3"\n',
  files: Readonly<Record<string, string>> = {},
) =>
  gateway({
    swanctl: '',
    commands: ipsecVersion,
    files: {
      '/proc/700/stat': '700 (pluto) S 1 700 700 0 -1 0\n',
      '/proc/700/cmdline': '/usr/libexec/ipsec/pluto\0',
      '/usr/sbin/swanctl': undefined,
      '/usr/sbin/charon-systemd': undefined,
      '/etc/ipsec.conf': conf,
      '/etc/ipsec.secrets': secrets,
      ...files,
    },
  });
const CONN =
  'conn net-net\n\tleft=192.0.2.1\n\tright=198.51.100.2\n\tleftsubnet=10.1.0.0/24\n\trightsubnet=10.2.0.0/24\n\tauthby=secret\n\tauto=start\n';
const good = pluto(CONN);
const unreadConf = pluto({ reason: 'denied' } as unknown as string);

const noXfrm = {
  '/proc/sys/net/core/xfrm_acq_expires': undefined,
  '/proc/net/xfrm_stat': undefined,
  '/proc/sys/net/core/somaxconn': '4096\n',
};
const rng = (files: Readonly<Record<string, string | undefined>>) =>
  gateway({ files: { '/proc/sys/kernel/osrelease': '2.6.32-754.el6\n', '/dev/hwrng': '', ...files } });

const rows: readonly Row[] = [
  {
    of: LIBRESWAN,
    row: 'Version check and ipsec on-path',
    check: 'ipsec-on-path',
    pass: good,
    bad: gateway({ commands: { 'ipsec --version': 'usage: ipsec file\n' } }),
    unknown: gateway({ commands: { 'ipsec --version': { reason: 'timeout' } } }),
  },
  {
    of: LIBRESWAN,
    row: 'Checking for IPsec support in kernel',
    check: 'xfrm-support',
    pass: gateway(),
    bad: gateway({ files: noXfrm }),
    unknown: nothing,
  },
  {
    of: LIBRESWAN,
    row: 'ICMP default/send_redirects',
    check: 'send-redirects',
    pass: gateway(),
    bad: sysctl('net/ipv4/conf/all/send_redirects', '1'),
    unknown: refused(`${NET4}/conf/all/send_redirects`),
  },
  {
    of: LIBRESWAN,
    row: 'ICMP default/accept_redirects',
    check: 'accept-redirects',
    pass: gateway(),
    bad: gateway({ files: { [`${NET4}/conf/all/accept_redirects`]: '1', [`${NET4}/conf/eth0/accept_redirects`]: '1' } }),
    unknown: refused(`${NET4}/conf/all/accept_redirects`),
  },
  {
    of: LIBRESWAN,
    row: 'XFRM larval drop',
    check: 'xfrm-larval-drop',
    pass: gateway(),
    bad: sysctl('net/core/xfrm_larval_drop', '0'),
    unknown: nothing,
  },
  {
    of: LIBRESWAN,
    row: 'Pluto ipsec.conf syntax',
    check: 'conf-syntax',
    pass: good,
    bad: pluto(`${CONN}\tthis is no setting\n`),
    unknown: unreadConf,
  },
  {
    of: LIBRESWAN,
    row: 'Checking rp_filter',
    check: 'rp-filter',
    pass: gateway(),
    bad: sysctl('net/ipv4/conf/eth0/rp_filter', '1'),
    unknown: refused(`${NET4}/conf/eth0/rp_filter`),
  },
  {
    of: LIBRESWAN,
    row: 'Checking that pluto is running',
    check: 'running-stack',
    pass: good,
    bad: gateway({ files: { '/proc/700/stat': undefined } }),
    unknown: new FakeHost({ dirs: { '/proc': { reason: 'denied' } } }),
  },
  {
    of: LIBRESWAN,
    row: 'Pluto listening for IKE on udp 500',
    check: 'udp-500',
    pass: gateway(),
    bad: sockets(charon(4500)),
    unknown: unseenSockets,
  },
  {
    of: LIBRESWAN,
    row: 'Pluto listening for IKE/NAT-T on udp 4500',
    check: 'udp-4500',
    pass: gateway(),
    bad: sockets(charon(500)),
    unknown: unseenSockets,
  },
  {
    of: LIBRESWAN,
    row: 'Pluto ipsec.secret syntax',
    check: 'secret-syntax',
    pass: good,
    bad: pluto(CONN, '192.0.2.1 198.51.100.2 : PSK "never closed\n'),
    unknown: pluto(CONN, { reason: 'denied' } as unknown as string),
  },
  {
    of: LIBRESWAN,
    row: "Checking 'ip' command",
    check: 'tool-ip',
    pass: gateway({ commands: { 'ip -V': 'ip utility, iproute2-6.1.0\n' } }),
    bad: gateway(),
    unknown: gateway({ commands: { 'ip -V': { reason: 'denied' } } }),
  },
  {
    of: LIBRESWAN,
    row: "Checking 'iptables' command",
    check: 'tool-iptables',
    pass: gateway({ commands: { 'iptables --version': 'iptables v1.8.9\n' } }),
    bad: gateway(),
    unknown: gateway({ commands: { 'iptables --version': { reason: 'denied' } } }),
  },
  {
    of: LIBRESWAN,
    row: "Checking 'nft' command",
    check: 'tool-nft',
    pass: gateway({ commands: { 'nft --version': 'nftables v1.0.6\n' } }),
    bad: gateway(),
    unknown: gateway({ commands: { 'nft --version': { reason: 'denied' } } }),
  },
  {
    of: LIBRESWAN,
    row: "Checking 'prelink' command does not interfere with FIPS",
    check: 'prelink-fips',
    pass: sysctl('crypto/fips_enabled', '0'),
    bad: gateway({ files: { '/proc/sys/crypto/fips_enabled': '1', '/etc/prelink.cache': '' } }),
    unknown: sysctl('crypto/fips_enabled', { reason: 'denied' }),
  },
  {
    of: LIBRESWAN,
    row: 'Checking for obsolete ipsec.conf options',
    check: 'conf-obsolete-keywords',
    pass: good,
    bad: pluto(`config setup\n\tnat_traversal=yes\n\n${CONN}`),
    unknown: unreadConf,
  },
  {
    of: LIBRESWAN_3,
    row: 'Two or more interfaces found, checking IP forwarding',
    check: 'ip-forward',
    pass: gateway(),
    bad: sysctl('net/ipv4/ip_forward', '0'),
    unknown: sysctl('net/ipv4/ip_forward', { reason: 'denied' }),
  },
  {
    of: LIBRESWAN_3,
    row: 'KLIPS: natt_available, ocf_available, saref',
    check: 'klips-remnants',
    pass: good,
    bad: pluto(`config setup\n\tprotostack=klips\n\n${CONN}`),
    unknown: nothing,
  },
  {
    of: LIBRESWAN_3,
    row: 'NAT and MASQUERADEing',
    check: 'firewall-nat-exemption',
    pass: gateway(),
    bad: gateway({ iptables: '*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -o eth0 -j MASQUERADE\nCOMMIT' }),
    unknown: gateway({ commands: { 'nft -j list ruleset': { reason: 'denied' }, 'iptables-save': { reason: 'denied' } } }),
  },
  {
    of: LIBRESWAN_3,
    row: 'Opportunistic Encryption Support',
    check: 'conf-opportunistic',
    pass: good,
    bad: pluto(`config setup\n\toe=yes\n\n${CONN}`),
    unknown: unreadConf,
  },
  {
    of: OPENSWAN,
    row: 'Linux Openswan: Checking for IPsec support in kernel, NETKEY',
    check: 'esp-ah-ipcomp',
    pass: gateway(),
    bad: gateway({ files: { '/proc/modules': '', '/etc/modprobe.d/x.conf': 'blacklist esp4\n' } }),
    unknown: gateway({
      isRoot: false,
      files: {
        '/proc/modules': '',
        '/lib/modules/6.1.0-28-amd64/modules.dep': undefined,
        '/lib/modules/6.1.0-28-amd64/modules.builtin': undefined,
      },
    }),
  },
  {
    of: OPENSWAN,
    row: 'Checking for RSA private key (/etc/ipsec.secrets)',
    check: 'rsa-host-key',
    pass: rsa({ stdout: '< 1> RSA keyid: AwEAAcNFb ckaid: 5d7e0000000000000000000000000000000000aa\n' }),
    bad: rsa({ stdout: '' }),
    unknown: rsa({ reason: 'denied' }),
  },
  {
    of: OPENSWAN,
    row: 'SELinux support',
    check: 'security-denials',
    pass: gateway({ files: { '/sys/fs/selinux/enforce': '1' }, commands: { dmesg: 'Linux version 6.1\n' } }),
    bad: gateway({
      files: { '/sys/fs/selinux/enforce': '1' },
      commands: { dmesg: 'audit: avc:  denied  { read } for  pid=7 comm="pluto" name="ipsec.secrets" permissive=0\n' },
    }),
    unknown: gateway({ files: { '/sys/fs/selinux/enforce': '1' }, commands: { dmesg: { reason: 'denied' } } }),
  },
  {
    of: OPENSWAN,
    row: 'Hardware RNG detected, testing if used properly',
    check: 'hwrng',
    pass: rng({ '/proc/88/stat': '88 (rngd) S 1 88' }),
    bad: rng({}),
    unknown: nothing,
  },
  {
    of: OPENSWAN,
    row: 'Checking /bin/sh is not /bin/dash',
    check: 'bin-sh',
    pass: new FakeHost({ links: { '/bin/sh': 'dash' } }),
    bad: new FakeHost({ links: { '/bin/sh': 'dash' }, commands: { 'ipsec --version': 'Linux Openswan U2.6.37/K2.6.32 (netkey)\n' } }),
    unknown: nothing,
  },
  {
    of: OPENSWAN,
    row: "Checking for 'curl' command for CRL fetching",
    check: 'crl-fetch',
    pass: withLibrary('libcurl.so.4'),
    bad: withLibrary('libc.so.6'),
    unknown: pluto(`config setup\n\tcrlcheckinterval=600\n\n${CONN}`),
  },
  {
    of: OPENSWAN,
    row: 'Pluto listening: lsof must name pluto',
    check: 'udp-500',
    pass: gateway(),
    bad: sockets('udp UNCONN 0 0 0.0.0.0:500 0.0.0.0:* users:(("dnsmasq",pid=5,fd=4))'),
    unknown: sockets('udp UNCONN 0 0 0.0.0.0:500 0.0.0.0:*'),
  },
];

const dropped: readonly Dropped[] = [
  { of: LIBRESWAN_3, row: 'Pluto listening for IKE on tcp 500', why: 'nobody ever implemented it: the old row said so' },
  { of: LIBRESWAN_3, row: 'Pluto listening for IKE/NAT-T on tcp 4500', why: 'nobody ever implemented it: the old row said so' },
  { of: LIBRESWAN_3, row: 'Pluto listening for IKE/NAT-T on cisco tcp 10000', why: 'nobody ever implemented it: the old row said so' },
  { of: LIBRESWAN_3, row: 'Opportunistic Encryption DNS checks', why: 'KEY and TXT records are gone from the protocol (RFC 4025 §1)' },
];

function withLibrary(name: string): Host {
  return pluto(`config setup\n\tcrlcheckinterval=600\n\n${CONN}`, undefined, { [`/usr/lib64/${name}`]: '' });
}

function rsa(keys: { readonly stdout: string } | { readonly reason: 'denied' }): Host {
  return libreswanHost({
    files: {
      '/etc/ipsec.conf': `${CONN}\tauthby=rsasig\n\tleftckaid=5d7e0000000000000000000000000000000000aa\n`.replace('\tauthby=secret\n', ''),
    },
    commands: { 'ipsec showhostkey --list': keys },
  });
}

const all: readonly Check[] = checks;

/** The worst line decides, as in the old program. */
async function verdict(id: string, host: Host): Promise<Status> {
  const check = all.find((each) => each.id === id);
  if (check === undefined) throw new TypeError(`there is no check ${id}`);
  const statuses = (await linesOf(check, { host })).map(({ status }) => status);
  return (['fail', 'warn', 'unknown', 'pass'] as const).find((status) => statuses.includes(status)) ?? 'skip';
}

describe('each row of the old ipsec verify', () => {
  it.each(rows)('$of, $row: $check passes', async ({ check, pass }) => {
    expect(await verdict(check, pass)).toBe('pass');
  });

  it.each(rows)('$of, $row: $check fails', async ({ check, bad }) => {
    expect(['fail', 'warn']).toContain(await verdict(check, bad));
  });

  it.each(rows)('$of, $row: $check does not guess', async ({ check, unknown }) => {
    expect(await verdict(check, unknown)).toBe('unknown');
  });

  it.each(rows)('$of, $row: $check says that it is its heir', ({ check }) => {
    const refs = all.find(({ id }) => id === check)?.refs ?? [];
    expect(refs.join('\n')).toMatch(/ipsec verify/);
  });

  it.each(dropped)('$of, $row: has none, with a reason', ({ why }) => {
    expect(why.length).toBeGreaterThan(20);
  });
});
