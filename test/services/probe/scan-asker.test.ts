import { describe, expect, it } from 'vitest';
import type { Path } from '../../../src/engine/step.js';
import type { SideAnswer } from '../../../src/probes/ike/shared/probe-facts.js';
import type { SharedTransport } from '../../../src/probes/ike/shared/shared-transport.js';
import { ScanAsker } from '../../../src/services/probe/scan-asker.js';

const path: Path = { channel: 'ike', local: { address: '192.0.2.1', port: 500 }, remote: { address: '198.51.100.2', port: 500 } };
const bytes = new Uint8Array(28);

/** Asks as often as there are answers. */
async function asked(answers: readonly SideAnswer[], patience = 4000): Promise<{ asker: ScanAsker; firsts: readonly number[] }> {
  const firsts: number[] = [];
  const left = [...answers];
  const shared: Pick<SharedTransport, 'ask'> = {
    ask: async (_path, _message, first) => {
      firsts.push(Math.round(first));
      return left.shift() ?? { kind: 'silent', sent: 1 };
    },
  };
  const asker = new ScanAsker(shared as SharedTransport, path, 100, patience, new AbortController().signal);
  for (const _ of answers) await asker.ask(bytes, () => asker.enough());
  return { asker, firsts };
}

const answered = (milliseconds: number): SideAnswer => ({ kind: 'answered', milliseconds, bytes });

describe('patience with a peer', () => {
  it.each<[string, readonly SideAnswer[], number]>([
    ['that has answered nothing', [{ kind: 'silent', sent: 3 }], 4000],
    ['that is fast', [answered(2)], 700],
    ['by its slowest answer', [answered(80), answered(2)], 1600],
    ['that is slow, or far away', [answered(900)], 2000],
  ])('%s', async (_, answers, wanted) => expect((await asked(answers)).asker.enough()).toBe(wanted));

  it('is more where the peer has to compute', async () => expect((await asked([answered(2)])).asker.enough(1.5)).toBe(1050));
  it('is never more than was said', async () => expect((await asked([answered(2)], 300)).asker.enough(1.5)).toBe(300));
  it('three sendings fit into it', async () => expect((await asked([answered(2), answered(2)])).firsts).toEqual([667, 117]));
});
