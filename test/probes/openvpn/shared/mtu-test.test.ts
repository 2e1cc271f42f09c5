import { describe, expect, it } from 'vitest';
import { judgeMtuTest } from '../../../../src/probes/openvpn/shared/mtu-test.js';
import { ProbeFacts } from '../../../../src/probes/openvpn/shared/probe-facts.js';
import type { ProbeTarget } from '../../../../src/probes/openvpn/target.js';

const target = { host: 'vpn.example' } as ProbeTarget;
const facts = Object.assign(new ProbeFacts(), { address: '203.0.113.2' });
const judge = (ours: { sent: number; received: number }, theirs: { sent: number; received: number }) =>
  judgeMtuTest({ target, facts }, { kind: 'mtu', session: 1, at: 0, ours, theirs });

describe('the test of mtu-test', () => {
  it('everything arrives', () => {
    expect(judge({ sent: 1596, received: 1600 }, { sent: 1600, received: 1596 })).toEqual({
      status: 'pass',
      text: "mtu-test: ours of up to 1596 bytes arrive up to 1596, the peer's of up to 1600 up to 1600",
    });
  });

  it('what a link of 1500 bytes carries in one piece is enough', () => {
    expect(judge({ sent: 1596, received: 1446 }, { sent: 1600, received: 1446 }).status).toBe('pass');
  });

  it.each([
    ['to the peer', { sent: 1596, received: 1600 }, { sent: 1600, received: 1296 }, 1296],
    ['from the peer', { sent: 1596, received: 1196 }, { sent: 1600, received: 1596 }, 1196],
    ['to the peer and from the peer', { sent: 1596, received: 1196 }, { sent: 1600, received: 1296 }, 1196],
  ])('large ones are lost %s', (ways, ours, theirs, least) => {
    const { status, findings = [] } = judge(ours, theirs);
    expect(status).toBe('warn');
    expect(findings[0]?.title).toBe(`Packets of more than ${least} bytes are lost on the way ${ways}`);
    expect(findings[0]?.fix[0]?.text).toContain(`mssfix ${least}`);
  });
});
