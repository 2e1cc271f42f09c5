import { randomBytes } from 'node:crypto';
import type { Environment } from '../engine/step.js';

/** What machines are told of this process: its random source, and the date. */
export const systemEnvironment: Environment = { random: (length) => randomBytes(length), date: () => Date.now() };
