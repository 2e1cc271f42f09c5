import type { Course } from '../shared/run-probes.js';
import { probes } from './index.js';
import type { Probe, ProbeContext } from './probe.js';
import { type ProbeId, probeIds } from './probe-ids.js';
import { takenDown } from './shared/taken-down.js';

/** The steps of the probe of an OpenVPN peer. */
export const course: Course<ProbeId, ProbeContext, Probe> = {
  ids: probeIds,
  probes,
  titleOf: ({ title }) => title,
  isUp: ({ parameters, ended }) => parameters !== undefined && ended === undefined,
  takenDown,
  // Steps of a tunnel that is gone do not apply.
  takenDownBetween: true,
};
