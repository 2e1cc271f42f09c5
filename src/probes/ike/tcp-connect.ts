import { connectInside } from '../shared/connect-inside.js';
import { applies, skips } from '../shared/probe.js';
import type { Probe } from './probe.js';
import { innerAddresses } from './shared/inner-addresses.js';

/** A TCP connection inside the tunnel, and the MSS that comes with the answer. */
export const probe: Probe = {
  id: 'tcp-connect',
  title: 'TCP connect',
  after: ['child'],
  plan: ({ connect }, facts) =>
    connect === undefined
      ? skips('not asked for (--connect ADDRESS:PORT)')
      : facts.child === undefined
        ? skips('there is no CHILD_SA')
        : applies,
  async run({ target, facts, link }) {
    const { connect } = target;
    const addresses = connect === undefined ? undefined : innerAddresses(target, facts, connect.address);
    if (connect === undefined || addresses === undefined) return { status: 'unknown', text: 'the selectors have no address to send from' };
    return connectInside(target, facts, link, addresses, connect);
  },
};
