import { USUAL_MTU, udpIpHeaders } from '../../wire/ip/sizes.js';
import type { Outcome } from '../shared/probe.js';
import { applies, skips } from '../shared/probe.js';
import { searchPathMtu } from '../shared/search-path-mtu.js';
import type { Probe, ProbeContext } from './probe.js';
import { awaitMtuTest } from './shared/mtu-test.js';
import type { ProbeFacts } from './shared/probe-facts.js';

const ETHERNET = 14;

/** The largest packet that passes inside the tunnel, and whether anybody says so of larger ones; with `mtu-test` also OpenVPN's own test. */
export const probe: Probe = {
  id: 'inner-path-mtu',
  title: 'path MTU inside',
  after: ['data'],
  plan: ({ settings }, { echo, parameters, ended }) =>
    parameters === undefined || ended !== undefined
      ? skips('there is no tunnel')
      : echo === undefined && !settings.udp.mtuTest
        ? skips('needs an address inside that answers echo (--ping), or mtu-test in the configuration')
        : applies,
  async run(context) {
    const searched = context.facts.echo === undefined ? undefined : await search(context, context.facts.echo);
    if (!context.target.settings.udp.mtuTest || context.link.signal.aborted)
      return searched ?? { status: 'unreached', text: 'interrupted' };
    const tested = await awaitMtuTest(context);
    if (searched === undefined) return tested;
    // What a search by echo finds is the more exact.
    return searched.status === 'pass'
      ? { ...tested, text: `${searched.text}; ${tested.text}`, details: searched.details ?? [] }
      : { ...searched, text: `${searched.text}; ${tested.text}` };
  },
};

function search({ target, facts, link }: ProbeContext, echo: NonNullable<ProbeFacts['echo']>): Promise<Outcome> {
  const { address, remote, parameters } = facts;
  const tunMtu = parameters?.tunMtu ?? USUAL_MTU;
  const room = link.room(USUAL_MTU - udpIpHeaders(address ?? '')) - (parameters?.device === 'tap' ? ETHERNET : 0);
  // TCP cuts its stream as it likes.
  const natural = remote?.protocol === 'tcp' ? tunMtu : Math.min(room, tunMtu);
  return searchPathMtu(target, facts, link, echo, natural);
}
