import type { Limits } from '../ike/limits.js';
import type { Registry } from '../ike/registry.js';
import type { SaTable } from '../ike/sa-table.js';
import type { StrayBudget } from '../ike/stray-budget.js';
import type { Environment } from '../step.js';
import type { Reassemblies } from './fragments.js';
import type { Ikev1Settings } from './settings.js';
import type { Ikev1Sa } from './state.js';

/** All SAs of one end. The tables inside are changed in place, the SAs in them are values. */
export interface Endpoint {
  readonly settings: Ikev1Settings;
  /** Whether strangers may begin an IKE SA with us. */
  readonly accept: boolean;
  readonly limits: Limits;
  readonly env: Environment;
  readonly registry: Registry;
  readonly table: SaTable<Ikev1Sa>;
  readonly reassemblies: Reassemblies;
  readonly strays: StrayBudget;
}
