import type { Limits } from '../ike/limits.js';
import type { Registry } from '../ike/registry.js';
import type { SaTable } from '../ike/sa-table.js';
import type { IkeSettings } from '../ike/settings.js';
import type { StrayBudget } from '../ike/stray-budget.js';
import type { Environment } from '../step.js';
import type { Cookies } from './cookies.js';
import type { IkeSa } from './state.js';

/** All IKE SAs of one end. The tables inside are changed in place, the IKE SAs in them are values. */
export interface Endpoint {
  readonly settings: IkeSettings;
  /** Whether strangers may begin an IKE SA with us. */
  readonly accept: boolean;
  readonly limits: Limits;
  readonly env: Environment;
  readonly registry: Registry;
  readonly table: SaTable<IkeSa>;
  readonly cookies: Cookies;
  readonly strays: StrayBudget;
}
