import type { Check } from './check.js';
import { type FirewallToolFacts, judgeFirewallTool, readFirewallTool } from './shared/firewall-tool.js';

export const check: Check<FirewallToolFacts> = {
  id: 'tool-nft',
  group: 'system',
  title: "the command 'nft'",
  reads: ['iptables --version', 'nft --version'],
  refs: ["ipsec verify: Checking 'nft' command", 'nft(8)'],
  facts: (host) => readFirewallTool(host, 'nft'),
  judge: (facts) => [judgeFirewallTool('tool-nft', 'nft', facts)],
};
