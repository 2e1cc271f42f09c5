import type { Limits } from '../shared/limits.js';
import type { Registry } from '../shared/registry.js';
import type { SaTable } from '../shared/sa-table.js';
import type { Environment } from '../step.js';
import type { Cookies } from './cookies.js';
import type { Ikev2Settings } from './settings.js';
import type { IkeSa } from './state.js';
import type { StrayBudget } from './stray.js';

/** All IKE SAs of one end. The tables inside are changed in place, the IKE SAs in them are values. */
export interface Endpoint {
  readonly settings: Ikev2Settings;
  /** Whether strangers may begin an IKE SA with us. */
  readonly accept: boolean;
  readonly limits: Limits;
  readonly env: Environment;
  readonly registry: Registry;
  readonly table: SaTable<IkeSa>;
  readonly cookies: Cookies;
  readonly strays: StrayBudget;
}
