import { check } from '../../src/checks/udp-500.js';
import { FakeHost } from '../../src/host/fake.js';
import { checkCases } from '../support/check-cases.js';
import { connection } from '../support/configured-facts.js';
import { healthyHost } from '../support/healthy-host.js';

const socket = (address: string, owner: string) => `udp UNCONN 0 0 ${address}:500 0.0.0.0:* ${owner}`;
const charon = 'users:(("charon-systemd",pid=700,fd=10))';
const ss = (...lines: string[]) => ({ 'ss -H -l -n -t -u -w -p': lines.join('\n') });
const stopped = { '/proc/700/stat': undefined };
const configured = { connections: [connection()] };
/** Libreswan beside strongSwan, whose daemon stands still. */
const libreswanHost = (files: Readonly<Record<string, string | undefined>>) =>
  healthyHost({
    files: { '/proc/800/stat': '800 (pluto) S 1 800 800 0 -1 0\n', '/usr/libexec/ipsec/pluto': '', ...files },
    commands: { ...ss(''), 'ipsec --version': 'Libreswan 4.10\n' },
  });

checkCases(check, [
  { name: 'held by the daemon', host: healthyHost(), configured, status: 'pass', says: [/charon-systemd on 0\.0\.0\.0, ::/] },
  {
    name: 'held by the daemon on the right address',
    host: healthyHost({ commands: ss(socket('192.0.2.1', charon)) }),
    configured,
    status: 'pass',
  },
  {
    name: 'held by somebody else',
    host: healthyHost({ commands: ss(socket('0.0.0.0', 'users:(("dnsmasq",pid=321,fd=4))')) }),
    configured,
    status: 'fail',
    codes: ['host/udp-500-foreign'],
    says: [/dnsmasq \(pid 321\)/],
  },
  {
    name: 'closed, although the daemon runs',
    host: healthyHost({ commands: ss(socket('0.0.0.0', charon).replace(':500', ':4500')) }),
    configured,
    status: 'fail',
    codes: ['host/udp-500-closed'],
  },
  {
    name: 'closed, no daemon, a connection',
    host: healthyHost({ files: stopped, commands: ss('') }),
    configured,
    status: 'fail',
    codes: ['host/udp-500-no-daemon'],
    says: [/host\/running-stack-stopped/],
  },
  {
    name: "closed, no daemon: libreswan's unit where it is libreswan's connection",
    host: libreswanHost({ ...stopped, '/proc/800/stat': undefined }),
    configured: { connections: [connection({ dialect: 'libreswan' })] },
    status: 'fail',
    codes: ['host/udp-500-no-daemon'],
    says: [/systemctl enable --now ipsec"/],
  },
  {
    name: "closed, although libreswan runs: the log of libreswan's unit",
    host: libreswanHost(stopped),
    configured: { connections: [connection({ dialect: 'libreswan' })] },
    status: 'fail',
    codes: ['host/udp-500-closed'],
    says: [/journalctl -u ipsec -b\\nipsec whack --listen/],
  },
  { name: 'closed, and nobody wants it', host: healthyHost({ files: stopped, commands: ss('') }), configured: {}, status: 'skip' },
  {
    name: 'open on another address than the connection has',
    host: healthyHost({ commands: ss(socket('10.1.0.1', charon)) }),
    configured,
    status: 'fail',
    codes: ['host/udp-500-address'],
    says: [/192\.0\.2\.1/, /"line":3/],
  },
  {
    name: 'without root the owner is not seen',
    host: healthyHost({ isRoot: false, commands: ss(socket('0.0.0.0', '')) }),
    configured,
    status: 'unknown',
    says: [/by whom/],
  },
  { name: 'nothing to be seen', host: new FakeHost(), configured, status: 'unknown' },
]);
