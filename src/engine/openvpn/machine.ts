import type { Environment, StepFunction } from '../step.js';
import { Endpoint } from './endpoint.js';
import type { OpenvpnCommand, OpenvpnHappening } from './happenings.js';
import type { Limits } from './limits.js';
import type { OpenvpnSettings } from './settings.js';
import { StaticEnd } from './static-end.js';
import type { TrafficOf } from './traffic.js';

export interface OpenvpnMachineOptions {
  readonly settings: OpenvpnSettings;
  readonly limits?: Partial<Limits>;
  /** What the data channel knows; absent: nothing, then only the control channel keeps a session alive. */
  readonly traffic?: TrafficOf;
}

/** An endpoint of either mode behind one interface. It keeps its state to itself. */
export type OpenvpnMachine = StepFunction<undefined, OpenvpnCommand, OpenvpnHappening>;

/** Throws `UsageError` for settings that cannot be. */
export function createMachine({ settings, limits, traffic }: OpenvpnMachineOptions, env: Environment): OpenvpnMachine {
  if (settings.mode === 'static') {
    const end = new StaticEnd({ settings, ...(traffic && { traffic }) }, env);
    return (_, input, now) => ({ ...end.step(input, now), state: undefined });
  }
  const endpoint = new Endpoint({ settings, ...(limits && { limits }), ...(traffic && { traffic }) }, env);
  return (_, input, now) => ({ ...endpoint.step(input, now), state: undefined });
}
