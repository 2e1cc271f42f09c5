import type { Check } from './check.js';
import { unitOf } from './shared/daemon-unit.js';
import { type IkePort, type IkeSocketFacts, judgeIkeSocket, readIkeSockets } from './shared/ike-socket.js';

const port: IkePort = {
  id: 'udp-500',
  port: 500,
  label: 'IKE on UDP 500',
  closed: {
    status: 'fail',
    cause:
      'Peers send their first message to port 500. The daemon could not bind it, was told not to, or has not looked for its addresses yet.',
    fix: (daemon) =>
      [
        `see its log${daemon.id === 'libreswan' || daemon.id === 'openswan' ? '; whack makes pluto look for its addresses again' : ''}:`,
        `journalctl -u ${unitOf(daemon)} -b`,
        ...(daemon.id === 'libreswan' || daemon.id === 'openswan' ? ['ipsec whack --listen'] : []),
      ].join('\n'),
  },
};

export const check: Check<IkeSocketFacts> = {
  id: 'udp-500',
  group: 'sockets',
  title: port.label,
  reads: ['ss -H -l -n -t -u -w -p', '/proc/net/udp, udp6', '/proc/<pid>/stat', 'ip -d -j addr', 'configuration files'],
  refs: ['ipsec verify: Pluto listening for IKE on udp 500', 'RFC 7296 §2'],
  facts: readIkeSockets,
  judge: (facts) => judgeIkeSocket(port, facts),
};
