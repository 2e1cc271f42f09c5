import { applies, skips } from '../shared/probe.js';
import { searchPathMtu } from '../shared/search-path-mtu.js';
import type { Probe } from './probe.js';

const USUAL_MTU = 1500;
/** IP and UDP headers; TCP cuts its stream as it likes. */
const HEADERS_V4 = 28;
const HEADERS_V6 = 48;
const ETHERNET = 14;

/** The largest packet that passes inside the tunnel, and whether anybody says so of larger ones. */
export const probe: Probe = {
  id: 'inner-path-mtu',
  title: 'path MTU inside',
  after: ['echo'],
  plan: (_target, facts) => (facts.echo === undefined ? skips('needs an address inside that answers echo (--ping)') : applies),
  run({ target, facts, link }) {
    const { echo, address, remote, parameters } = facts;
    if (echo === undefined) return Promise.resolve({ status: 'skip', text: 'no echo' });
    const headers = address?.includes(':') === true ? HEADERS_V6 : HEADERS_V4;
    const tunMtu = parameters?.tunMtu ?? USUAL_MTU;
    const room = link.room(USUAL_MTU - headers) - (parameters?.device === 'tap' ? ETHERNET : 0);
    const natural = remote?.protocol === 'tcp' ? tunMtu : Math.min(room, tunMtu);
    return searchPathMtu(target, facts, link, echo, natural);
  },
};
