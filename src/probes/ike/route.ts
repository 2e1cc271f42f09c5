import { EnvironmentError } from '../../bytes/errors.js';
import { selectorFacts } from '../../wire/ike/selector-facts.js';
import { probeFinding } from '../shared/finding.js';
import { otherAddressFixes } from '../shared/other-addresses.js';
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
    const address = facts.address as string;
    let route: Awaited<ReturnType<typeof link.route>>;
    try {
      route = await link.route(address);
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error;
      const finding = probeFinding(target, facts, {
        slug: 'no-route',
        severity: 'error',
        confidence: 0.99,
        title: error.message,
        cause: 'This host does not know where to send packets for the peer, so none leaves.',
        evidence: [{ text: `step route: ${error.message}` }],
        fix: [
          ...otherAddressFixes(target, facts),
          { end: 'ours', text: `ip route get ${address}; ip route show; add the missing route or default gateway` },
        ],
        refs: [],
      });
      return { status: 'fail', text: error.message, findings: [finding] };
    }
    const source = target.source ?? route.source;
    facts.source = source;
    const through = route.interface === undefined ? '' : ` through ${route.interface}`;
    const text = `from ${source}${through}`;
    const child = target.tunnel.settings.child;
    // In transport mode the packets protected are those of the two hosts themselves.
    if (child?.mode === 'transport' && !child.localSelectors.some((selector) => selectorCovers(selector, source))) {
      const ours = selectorFacts({ selectors: child.localSelectors })
        .map((fact) => fact.text)
        .join(', ');
      return {
        status: 'warn',
        text: `${text}, which the selectors (${ours}) do not cover`,
        findings: [
          probeFinding(target, facts, {
            slug: 'source-outside-selectors',
            severity: 'warning',
            confidence: 0.9,
            title: `Packets to ${address} leave from ${source}; the selectors protect ${ours}`,
            cause:
              'In transport mode the addresses of the packets are those of the two hosts: what leaves from another address is not protected, or dropped.',
            evidence: [{ text: `step route: ${text}; --local-ts ${ours}` }],
            fix: [{ end: 'ours', text: `--local-ts ${source}, or --source with an address within ${ours}` }],
            refs: ['RFC 4301 §4.4.1'],
          }),
        ],
      };
    }
    if (target.source !== undefined && target.source !== route.source) {
      return { status: 'pass', text: `${text} as asked for; the host itself would take ${route.source}` };
    }
    return { status: 'pass', text };
  },
};
