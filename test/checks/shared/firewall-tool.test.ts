import { describe, expect, it } from 'vitest';
import { judgeFirewallTool } from '../../../src/checks/shared/firewall-tool.js';
import { answer, noAnswer } from '../../../src/host/host.js';
import type { Stack } from '../../../src/host/linux/stacks.js';

const found = answer({ stdout: 'nftables v1.0.6\nmore\n', stderr: '', status: 0 });
const missing = noAnswer('missing', 'nft: not found');
const denied = noAnswer('denied', 'nft: permission denied');
const stack = (id: Stack['id']) => answer([{ id, name: id } as Stack]);

describe('either of the two programs', () => {
  it.each([
    ['is there', found, missing, stack('libreswan'), 'pass', 'nftables v1.0.6'],
    ['may not be started', denied, missing, stack('libreswan'), 'unknown', 'nft: permission denied'],
    ['is not there, but the other', missing, found, stack('libreswan'), 'skip', 'not found, iptables is there'],
    ['is not there, nor is it known of the other', missing, denied, stack('libreswan'), 'skip', 'not found, iptables is there'],
    ['is wanted by nobody', missing, missing, stack('openvpn'), 'skip', 'not found, and nothing is installed that needs it'],
    ['is wanted, and neither is there', missing, missing, stack('libreswan'), 'warn', 'not found, nor the other'],
  ] as const)('%s', (_, asked, other, stacks, status, detail) => {
    const line = judgeFirewallTool('nft-present', 'nft', { asked, other, stacks });
    expect([line.status, line.detail, line.finding?.code]).toEqual([status, detail, status === 'warn' ? 'host/nft-present' : undefined]);
  });
});
