import type { Check } from './check.js';
import { type ForwardingFacts, judgeForwarding, readForwarding } from './shared/forwarding.js';

export const check: Check<ForwardingFacts> = {
  id: 'ipv6-forwarding',
  group: 'sysctls',
  title: 'IPv6 forwarding',
  reads: ['/proc/sys/net/ipv6/conf/all/forwarding', 'ip -d -j addr', 'ip -j route', 'configuration files'],
  refs: ['Linux Documentation/networking/ip-sysctl'],
  facts: (host) => readForwarding(host, 'ipv6'),
  judge: (facts) => judgeForwarding('ipv6-forwarding', 'ipv6', facts),
};
