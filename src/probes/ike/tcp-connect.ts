import { connectInside } from '../shared/connect-inside.js';
import { applies, skips } from '../shared/probe.js';
import type { Probe } from './probe.js';
import { serviceInside } from './shared/service-inside.js';

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
  async run(context) {
    const { target, facts, link } = context;
    const { connect } = target;
    if (connect === undefined) return { status: 'skip', text: 'not asked for' };
    return serviceInside('tcp-connect', connect, context, (addresses) => connectInside(target, facts, link, addresses, connect));
  },
};
