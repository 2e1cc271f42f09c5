import type { Course } from '../shared/run-probes.js';
import { probes } from './index.js';
import type { Probe, ProbeContext } from './probe.js';
import { type ProbeId, probeIds } from './probe-ids.js';
import { takenDown } from './shared/taken-down.js';

/** The steps of the probe of an IPsec peer. */
export const course: Course<ProbeId, ProbeContext, Probe> = {
  ids: probeIds,
  probes,
  titleOf: ({ title, titleOf }, target) => titleOf?.(target) ?? title,
  isUp: ({ child }) => child !== undefined,
  takenDown,
};
