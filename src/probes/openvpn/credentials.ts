import { applies, skips } from '../shared/probe.js';
import type { Probe } from './probe.js';
import { endedOutcome } from './shared/ended.js';
import { stepPatience } from './shared/patience.js';

/** Whether the server takes user name and password. */
export const probe: Probe = {
  id: 'credentials',
  title: 'user name and password',
  after: ['options'],
  plan: ({ settings: { udp } }) =>
    udp.mode === 'static'
      ? skips('a static key has no users')
      : udp.credentials === undefined
        ? skips('none given (--auth-user-pass)')
        : applies,
  async run(context) {
    const { facts, link, target } = context;
    await link.waitFor(() => facts.push !== undefined || facts.upAt !== undefined || facts.ended !== undefined, stepPatience(target));
    if (facts.push === undefined && facts.upAt === undefined) return endedOutcome('credentials', context);
    const settings = target.settings.udp;
    const name = settings.mode === 'tls' ? settings.credentials?.username : undefined;
    return { status: 'pass', text: `user "${name}" is let in` };
  },
};
