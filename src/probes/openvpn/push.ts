import { applies, skips } from '../shared/probe.js';
import type { Probe } from './probe.js';
import { endedOutcome } from './shared/ended.js';
import { stepPatience } from './shared/patience.js';
import { pushedText } from './shared/pushed-text.js';

/** What the server pushes: all options, and what they mean. */
export const probe: Probe = {
  id: 'push',
  title: 'pushed options',
  after: ['options', 'credentials'],
  plan: ({ settings: { udp } }) =>
    udp.mode === 'static' ? skips('a static key has no handshake') : udp.pushes ? applies : skips('without pull nothing is pushed'),
  async run(context) {
    const { facts, link, target } = context;
    const begun = link.now();
    await link.waitFor(() => facts.upAt !== undefined || facts.ended !== undefined, stepPatience(target));
    const { push, parameters } = facts;
    if (push === undefined || parameters === undefined || facts.upAt === undefined) return endedOutcome('push', context);
    const { ifconfig, ifconfigIpv6, cipher, peerId, keepalive } = parameters;
    const address = [ifconfig?.local, ifconfigIpv6?.local].filter((one) => one !== undefined).join(', ') || 'no address';
    return {
      status: 'pass',
      text: `${address}, ${cipher?.name ?? 'no cipher'}${peerId === undefined ? '' : `, peer id ${peerId}`}, ping ${keepalive.ping} restart ${keepalive.timeout}`,
      details: push.options.map(pushedText),
      milliseconds: push.at - (facts.options?.at ?? begun),
    };
  },
};
