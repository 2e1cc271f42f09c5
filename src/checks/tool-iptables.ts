import type { Check } from './check.js';
import { type FirewallToolFacts, judgeFirewallTool, readFirewallTool } from './shared/firewall-tool.js';

export const check: Check<FirewallToolFacts> = {
  id: 'tool-iptables',
  group: 'system',
  title: "the command 'iptables'",
  reads: ['iptables --version', 'nft --version'],
  refs: ["ipsec verify: Checking 'iptables' command", 'iptables(8)'],
  facts: (host) => readFirewallTool(host, 'iptables'),
  judge: (facts) => [judgeFirewallTool('tool-iptables', 'iptables', facts)],
};
