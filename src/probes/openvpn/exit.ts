import { applies, skips } from '../shared/probe.js';
import type { Probe } from './probe.js';

const PATIENCE = 3000;

/** Says goodbye, so that nothing of us is left at the peer. */
export const probe: Probe = {
  id: 'exit',
  title: 'exit',
  after: [],
  always: true,
  plan: (_target, { session, ended }) =>
    session === undefined ? skips('there is no session') : ended !== undefined ? skips('the session has ended') : applies,
  async run({ facts, link, target }) {
    const { session } = facts;
    if (session === undefined) return { status: 'skip', text: 'there is no session' };
    const settings = target.settings[facts.remote?.protocol ?? 'udp'];
    const said = () => facts.control.some(({ direction, text }) => direction === 'sent' && text === 'EXIT');
    link.command({ kind: 'close', session });
    await link.waitFor(() => facts.ended !== undefined, PATIENCE);
    if (settings.mode === 'static') return { status: 'pass', text: 'a peer with a static key keeps nothing of us' };
    if (settings.protocol === 'tcp') return { status: 'pass', text: 'the TCP connection is closed' };
    if (said()) return { status: 'pass', text: 'the peer was told (EXIT)' };
    if (facts.upAt === undefined) return { status: 'pass', text: 'there is no tunnel to leave' };
    return settings.explicitExitNotify > 0
      ? { status: 'pass', text: 'the peer was told (explicit-exit-notify)' }
      : { status: 'pass', text: 'the peer was not told: without explicit-exit-notify it waits for its ping-restart' };
  },
};
