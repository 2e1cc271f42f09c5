import { innerMtu } from '../../engine/esp/inner-mtu.js';
import { USUAL_MTU } from '../../wire/ip/sizes.js';
import { applies, skips } from '../shared/probe.js';
import { searchPathMtu } from '../shared/search-path-mtu.js';
import type { Probe } from './probe.js';

/** The largest packet that passes inside the tunnel, and whether anybody says so of larger ones. */
export const probe: Probe = {
  id: 'inner-path-mtu',
  title: 'path MTU inside',
  after: ['child', 'echo'],
  plan: (_target, facts) => (facts.echo === undefined ? skips('needs an address inside that answers echo (--ping)') : applies),
  async run({ target, facts, link }) {
    const { echo, child, address } = facts;
    if (echo === undefined) return { status: 'skip', text: 'no echo' };
    const natural = child === undefined ? 0 : innerMtu(child, USUAL_MTU, address?.includes(':') === true ? 6 : 4);
    return searchPathMtu(target, facts, link, { ...echo.addresses, roundTrip: echo.roundTrip }, natural);
  },
};
