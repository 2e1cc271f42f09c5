import type { Limits } from '../ikev2/limits.js';
import type { Registry } from '../ikev2/registry.js';
import type { ArmedTimers } from '../shared/armed-timers.js';
import type { Environment } from '../step.js';
import type { Reassemblies } from './fragments.js';
import type { SaTable } from './sa-table.js';
import type { Ikev1Settings } from './settings.js';

/** All SAs of one end. The tables inside are changed in place, the SAs in them are values. */
export interface Endpoint {
  readonly settings: Ikev1Settings;
  /** Whether strangers may begin an IKE SA with us. */
  readonly accept: boolean;
  readonly limits: Limits;
  readonly env: Environment;
  readonly registry: Registry;
  readonly armed: ArmedTimers;
  readonly table: SaTable;
  readonly reassemblies: Reassemblies;
}
