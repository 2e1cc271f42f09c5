import type { OptionDifference } from '../../engine/openvpn/happenings.js';
import { applies, skips } from '../shared/probe.js';
import type { Probe } from './probe.js';
import { isCertificateTaken } from './shared/certificate-question.js';
import { endedOutcome } from './shared/ended.js';
import { compareOutcome } from './shared/options-outcome.js';
import { stepPatience } from './shared/patience.js';
import { isUnverified, TO_VERIFY_WITH } from './shared/unverified-server.js';

/** Part of the patience after which silence is seldom slowness. */
const BEFORE_ASKING = 0.4;

/** Milliseconds for a reply that comes by itself. */
const PUSH_PATIENCE = 1500;

const isMtu = ({ option, negotiable }: OptionDifference) => option === 'tun-mtu' && !negotiable;

/** What both ends say of their options, side by side. */
export const probe: Probe = {
  id: 'options',
  title: 'options of both ends',
  after: ['tls'],
  plan: ({ settings }) => (settings.udp.mode === 'static' ? skips('with a static key they are asked for in the data channel') : applies),
  async run(context) {
    const { facts, link, target } = context;
    const settled = () => facts.options !== undefined || facts.ended !== undefined;
    if (!(await link.waitFor(settled, target.patience * BEFORE_ASKING)) && !link.signal.aborted) {
      const asked = isCertificateTaken(context);
      await link.waitFor(settled, stepPatience(target));
      const taken = await asked;
      if (taken !== undefined) facts.certificateTaken = taken;
    }
    if (isUnverified(facts)) return { status: 'unreached', text: `nothing is said to a server that is not verified: ${TO_VERIFY_WITH}` };
    if (facts.options === undefined) return endedOutcome('options', context);
    // What is pushed takes its place.
    if (target.settings.udp.mode === 'tls' && target.settings.udp.pushes && facts.options.differences.some(isMtu))
      await link.waitFor(() => facts.push !== undefined || facts.ended !== undefined, PUSH_PATIENCE);
    const { text, details, finding } = compareOutcome('options', facts.options, context);
    return { status: finding === undefined ? 'pass' : 'warn', text, details, ...(finding === undefined ? {} : { findings: [finding] }) };
  },
};
