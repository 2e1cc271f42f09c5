import { findRoute } from '../shared/find-route.js';
import { applies } from '../shared/probe.js';
import type { Probe } from './probe.js';

/** Which way packets leave, and from which address. */
export const probe: Probe = {
  id: 'route',
  title: 'route and source',
  after: ['resolve'],
  plan: () => applies,
  run: ({ target, facts, link }) => findRoute(target, facts, link),
};
