import { applies, skips } from '../shared/probe.js';
import type { Probe } from './probe.js';

const SECOND = 1000;

/** The peer's pings, where they come within the patience. */
export const probe: Probe = {
  id: 'keepalive',
  title: 'keepalive',
  after: ['data'],
  plan: (_target, { parameters }) => (parameters === undefined ? skips('there is no tunnel') : applies),
  async run({ target, facts, link }) {
    const { ping = 0, timeout = 0 } = facts.parameters?.keepalive ?? {};
    const seen = () => facts.inner.get('ping')?.count ?? 0;
    const agreed = ping === 0 ? 'no ping is agreed on here' : `a ping every ${ping} s, silence of ${timeout} s ends it`;
    if (seen() === 0 && ping > 0 && ping * SECOND < target.patience) {
      await link.waitFor(() => seen() > 0 || facts.ended !== undefined, ping * SECOND + SECOND);
    }
    if (seen() > 0) return { status: 'pass', text: `${seen()} ping${seen() === 1 ? '' : 's'} of the peer; ${agreed}` };
    if (ping > 0 && ping * SECOND < target.patience) return { status: 'warn', text: `no ping of the peer in ${ping + 1} s; ${agreed}` };
    return { status: 'skip', text: ping === 0 ? agreed : `${agreed}: not waited for (--timeout ${ping + 2})` };
  },
};
