import { applies } from '../shared/probe.js';
import type { Probe } from './probe.js';
import { openRemote } from './shared/remotes.js';

/** A UDP socket, or the TCP connection, to the first remote that lets us. */
export const probe: Probe = {
  id: 'socket',
  title: 'socket',
  after: ['route'],
  plan: () => applies,
  run: (context) => openRemote(context),
};
