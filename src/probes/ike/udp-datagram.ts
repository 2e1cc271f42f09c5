import { datagramInside } from '../shared/datagram-inside.js';
import { applies, skips } from '../shared/probe.js';
import type { Probe } from './probe.js';
import { serviceInside } from './shared/service-inside.js';

/** A UDP datagram inside the tunnel, and its answer. */
export const probe: Probe = {
  id: 'udp-datagram',
  title: 'UDP datagram',
  after: ['child'],
  plan: ({ datagram }, facts) =>
    datagram === undefined
      ? skips('not asked for (--udp ADDRESS:PORT)')
      : facts.child === undefined
        ? skips('there is no CHILD_SA')
        : applies,
  async run(context) {
    const { datagram } = context.target;
    if (datagram === undefined) return { status: 'skip', text: 'not asked for' };
    return serviceInside('udp-datagram', datagram, context, (addresses) => datagramInside(context.link, addresses, datagram));
  },
};
