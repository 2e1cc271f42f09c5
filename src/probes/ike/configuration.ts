import { configurationLine } from '../../wire/ike/configuration-text.js';
import { applies, skips } from '../shared/probe.js';
import type { Probe } from './probe.js';
import { exchangePatience } from './shared/begin.js';
import { virtualAddress } from './shared/inner-addresses.js';
import { refused } from './shared/refused.js';

const ADDRESS_REFUSALS: ReadonlySet<string> = new Set(['internal-address-failure', 'failed-cp-required']);

/** The address and the like that the peer gives us (RFC 7296 §3.15). */
export const probe: Probe = {
  id: 'configuration',
  title: 'virtual address',
  after: ['auth-ours'],
  plan: ({ tunnel }) =>
    tunnel.proof === undefined
      ? skips('comes with IKE_AUTH')
      : tunnel.settings.request === undefined
        ? skips('not asked for (--virtual-ip)')
        : applies,
  async run(context) {
    const { facts, link } = context;
    const settled = () => facts.configuration !== undefined || facts.child !== undefined || facts.childRefusals.length > 0;
    await link.waitFor(() => settled() || facts.down !== undefined, exchangePatience(context));
    const given = [virtualAddress(facts, 4), virtualAddress(facts, 6)].filter((address) => address !== undefined);
    const details = facts.configuration?.attributes.map((attribute) => configurationLine(attribute, 2)) ?? [];
    if (given.length > 0) return { status: 'pass', text: given.join(', '), details };
    const refusal = facts.childRefusals.find(({ refusal: { code } }) => ADDRESS_REFUSALS.has(code))?.refusal ?? facts.refusal;
    if (refusal !== undefined) {
      // What was offered for ESP has nothing to do with it.
      const { ours: _ours, ...bare } = refusal;
      return refused('configuration', bare, context);
    }
    return { status: 'warn', text: 'asked for, and the peer gave no address', details };
  },
};
