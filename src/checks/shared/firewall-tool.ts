import { type Answer, answered, type CommandOutput } from '../../host/host.js';
import type { HostFacts } from '../../host/host-facts.js';
import type { Stack } from '../../host/linux/stacks.js';
import type { CheckLine } from '../check.js';
import { hostFinding } from './finding.js';
import { pass, skip, unseen } from './lines.js';

type Tool = 'iptables' | 'nft';

export interface FirewallToolFacts {
  readonly asked: Answer<CommandOutput>;
  /** Of the other tool, where this one is missing. */
  readonly other: Answer<CommandOutput>;
  readonly stacks: Answer<readonly Stack[]>;
}

export async function readFirewallTool(host: HostFacts, tool: Tool): Promise<FirewallToolFacts> {
  const [asked, stacks] = await Promise.all([host.host.run([tool, '--version']), host.stacks()]);
  const other = asked.ok ? asked : await host.host.run([otherOf(tool), '--version']);
  return { asked, other, stacks };
}

const otherOf = (tool: Tool): Tool => (tool === 'nft' ? 'iptables' : 'nft');

/** Either of the two will do. @param id of the check */
export function judgeFirewallTool(id: string, tool: Tool, { asked, other, stacks }: FirewallToolFacts): CheckLine {
  const label = `the command '${tool}'`;
  if (asked.ok) return pass(label, asked.value.stdout.trim().split('\n')[0] || 'found');
  if (asked.reason !== 'missing') return unseen(label, asked);
  if (other.ok || other.reason !== 'missing') return skip(label, `not found, ${otherOf(tool)} is there`);
  const stack = (answered(stacks) ?? []).find(({ id: stackId }) => stackId !== 'openvpn');
  if (stack === undefined) return skip(label, 'not found, and nothing is installed that needs it');
  return {
    status: 'warn',
    label,
    detail: 'not found, nor the other',
    finding: hostFinding(id, {
      severity: 'warning',
      confidence: 0.6,
      title: `neither iptables nor nft is installed beside ${stack.name}`,
      cause:
        'The updown scripts call one of them for NFLOG, marks, VTI and leftfirewall=yes; those settings then do nothing, or the connection fails with an error of the script. vpndoctor cannot read the rules of the kernel either.',
      evidence: [{ text: 'iptables: not found' }, { text: 'nft: not found' }],
      fix: [{ end: 'ours', text: 'apt-get install nftables iptables, dnf install nftables iptables-nft' }],
      retest: `vpndoctor verify --only ${id}`,
      refs: ['nft(8)', 'iptables(8)'],
    }),
  };
}
