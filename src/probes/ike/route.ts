import { selectorFacts } from '../../wire/ike/selector-facts.js';
import { findRoute } from '../shared/find-route.js';
import { probeFinding } from '../shared/finding.js';
import { applies } from '../shared/probe.js';
import type { Probe } from './probe.js';
import { selectorCovers } from './shared/inner-addresses.js';

/** Which way packets leave, and from which address. */
export const probe: Probe = {
  id: 'route',
  title: 'route and source',
  after: ['resolve'],
  plan: () => applies,
  async run({ target, facts, link }) {
    const outcome = await findRoute(target, facts, link);
    const { address, source } = facts;
    const child = target.tunnel.settings.child;
    // In transport mode the packets protected are those of the two hosts themselves.
    if (source === undefined || child?.mode !== 'transport') return outcome;
    if (outcome.status !== 'pass' || child.localSelectors.some((selector) => selectorCovers(selector, source))) return outcome;
    const ours = selectorFacts({ selectors: child.localSelectors })
      .map((fact) => fact.text)
      .join(', ');
    return {
      status: 'warn',
      text: `${outcome.text}, which the selectors (${ours}) do not cover`,
      findings: [
        probeFinding(target, facts, {
          slug: 'source-outside-selectors',
          severity: 'warning',
          confidence: 0.9,
          title: `Packets to ${address} leave from ${source}; the selectors protect ${ours}`,
          cause:
            'In transport mode the addresses of the packets are those of the two hosts: what leaves from another address is not protected, or dropped.',
          evidence: [{ text: `step route: ${outcome.text}; --local-ts ${ours}` }],
          fix: [{ end: 'ours', text: `--local-ts ${source}, or --source with an address within ${ours}` }],
          refs: ['RFC 4301 §4.4.1'],
        }),
      ],
    };
  },
};
