import type { Check } from './check.js';
import { unitOf } from './shared/daemon-unit.js';
import { type IkePort, type IkeSocketFacts, judgeIkeSocket, readIkeSockets } from './shared/ike-socket.js';

const port: IkePort = {
  id: 'udp-4500',
  port: 4500,
  label: 'IKE and ESP behind NAT on UDP 4500',
  closed: {
    status: 'warn',
    cause:
      'As soon as the ends find a NAT between them, both IKE and ESP move to port 4500. Without it tunnels work between public addresses only, and MOBIKE not at all.',
    fix: (daemon) =>
      `switch NAT traversal on${daemon.id === 'libreswan' || daemon.id === 'openswan' ? ' (Openswan and libreswan before 3.26: nat_traversal=yes in config setup)' : ''}, then systemctl restart ${unitOf(daemon)}`,
  },
};

export const check: Check<IkeSocketFacts> = {
  id: 'udp-4500',
  group: 'sockets',
  title: port.label,
  reads: ['ss -H -l -n -t -u -w -p', '/proc/net/udp, udp6', '/proc/<pid>/stat', 'ip -d -j addr', 'configuration files'],
  refs: ['ipsec verify: Pluto listening for IKE/NAT-T on udp 4500', 'RFC 7296 §2.23', 'RFC 3948'],
  facts: readIkeSockets,
  judge: (facts) => judgeIkeSocket(port, facts),
};
