import { applies } from '../shared/probe.js';
import { resolveHost } from '../shared/resolve-host.js';
import type { Probe } from './probe.js';

/** The address of the peer. */
export const probe: Probe = {
  id: 'resolve',
  title: 'resolve',
  after: [],
  plan: () => applies,
  run: ({ target, facts, link }) => resolveHost(target, facts, link),
};
