import { connectInside } from '../shared/connect-inside.js';
import { applies, skips } from '../shared/probe.js';
import type { Probe } from './probe.js';
import { innerAddresses } from './shared/inner-addresses.js';

/** A TCP connection inside the tunnel, and the MSS that comes with the answer. */
export const probe: Probe = {
  id: 'tcp-connect',
  title: 'TCP connect',
  after: ['data'],
  plan: ({ connect }, { parameters }) =>
    connect === undefined
      ? skips('not asked for (--connect ADDRESS:PORT)')
      : parameters === undefined
        ? skips('there is no tunnel')
        : applies,
  async run({ target, facts, link }) {
    const { connect } = target;
    const addresses = connect === undefined ? undefined : innerAddresses(target, facts, connect.address);
    if (connect === undefined || addresses === undefined) return { status: 'unknown', text: 'we have no address inside to send from' };
    return connectInside(target, facts, link, addresses, connect);
  },
};
