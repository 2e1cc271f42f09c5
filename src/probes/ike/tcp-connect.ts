import { connectInside } from '../shared/connect-inside.js';
import { applies, skips } from '../shared/probe.js';
import type { Probe } from './probe.js';
import { innerAddresses, selectorCovers } from './shared/inner-addresses.js';
import { outsideSelectors } from './shared/outside-selectors.js';

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
    const { address } = connect;
    const addresses = innerAddresses(target, facts, address);
    const covered = facts.child?.remoteSelectors.some((selector) => selectorCovers(selector, address)) === true;
    if (addresses === undefined || !covered) return outsideSelectors('tcp-connect', address, 'the selectors do not have it', context);
    const before = link.counters.sent;
    const outcome = await connectInside(target, facts, link, addresses, connect);
    // Selectors may be for other protocols and ports.
    if (outcome.status !== 'fail' || link.counters.sent > before) return outcome;
    return outsideSelectors(
      'tcp-connect',
      `${address} port ${connect.port}`,
      [...link.counters.dropped.keys()].at(-1) ?? outcome.text,
      context,
    );
  },
};
