import { datagramInside } from '../shared/datagram-inside.js';
import { applies, skips } from '../shared/probe.js';
import type { Probe } from './probe.js';
import { innerAddresses } from './shared/inner-addresses.js';

/** A UDP datagram inside the tunnel, and its answer. */
export const probe: Probe = {
  id: 'udp-datagram',
  title: 'UDP datagram',
  after: ['data'],
  plan: ({ datagram }, { parameters }) =>
    datagram === undefined ? skips('not asked for (--udp ADDRESS:PORT)') : parameters === undefined ? skips('there is no tunnel') : applies,
  async run({ target, facts, link }) {
    const { datagram } = target;
    const addresses = datagram === undefined ? undefined : innerAddresses(target, facts, datagram.address);
    if (datagram === undefined || addresses === undefined) return { status: 'unknown', text: 'we have no address inside to send from' };
    return datagramInside(link, addresses, datagram);
  },
};
