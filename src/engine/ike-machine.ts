import type { Limits } from './ike/limits.js';
import type { IkeSettings } from './ike/settings.js';
import { createEndpoint as createV1, step as stepV1 } from './ikev1/endpoint.js';
import type { Ikev1Happening } from './ikev1/happenings.js';
import type { Ikev1Options } from './ikev1/settings.js';
import { createEndpoint as createV2, step as stepV2 } from './ikev2/endpoint.js';
import type { Ikev2Command, Ikev2Happening } from './ikev2/happenings.js';
import type { Environment, StepFunction } from './step.js';

/** What happened, of either version. */
export type IkeHappening = Ikev2Happening | Ikev1Happening;

export interface MachineOptions {
  readonly settings: IkeSettings;
  /** IKEv1 instead of IKEv2; a responder takes both modes. */
  readonly ikev1?: Ikev1Options;
  /** Whether strangers may begin an IKE SA with us. */
  readonly accept: boolean;
  readonly limits?: Partial<Limits>;
}

/** An endpoint of either version behind one interface. It keeps its state to itself. */
export type IkeMachine = StepFunction<undefined, Ikev2Command, IkeHappening>;

/** Throws `UsageError` for settings that cannot be. */
export function createMachine({ settings, ikev1, ...rest }: MachineOptions, env: Environment): IkeMachine {
  if (ikev1 === undefined) {
    const endpoint = createV2({ settings, ...rest }, env);
    return (_, input, now) => ({ ...stepV2(endpoint, input, now), state: undefined });
  }
  const endpoint = createV1({ settings: { ...settings, ...ikev1 }, ...rest }, env);
  return (_, input, now) => ({ ...stepV1(endpoint, input, now), state: undefined });
}
