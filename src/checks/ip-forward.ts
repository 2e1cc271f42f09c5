import type { Check } from './check.js';
import { type ForwardingFacts, judgeForwarding, readForwarding } from './shared/forwarding.js';

export const check: Check<ForwardingFacts> = {
  id: 'ip-forward',
  group: 'sysctls',
  title: 'IPv4 forwarding',
  reads: [
    '/proc/sys/net/ipv4/ip_forward',
    '/proc/sys/net/ipv4/conf/<if>/forwarding',
    'ip -d -j addr',
    'ip -j route',
    'configuration files',
  ],
  refs: [
    'ipsec verify (Openswan, libreswan 3): Two or more interfaces found, checking IP forwarding',
    'Linux Documentation/networking/ip-sysctl',
  ],
  facts: (host) => readForwarding(host, 'ipv4'),
  judge: (facts) => judgeForwarding('ip-forward', 'ipv4', facts),
};
