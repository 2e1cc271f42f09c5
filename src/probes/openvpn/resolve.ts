import { applies } from '../shared/probe.js';
import type { Probe } from './probe.js';
import { firstResolved } from './shared/remotes.js';

/** The address of the first remote that has one. */
export const probe: Probe = {
  id: 'resolve',
  title: 'resolve',
  after: [],
  plan: () => applies,
  run: (context) => firstResolved(context),
};
