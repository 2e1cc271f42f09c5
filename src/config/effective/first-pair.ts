import type { Connection } from '../../model/connection.js';
import type { Product } from './config-end.js';
import { type SourcedSelectors, samePair, selectorsOf } from './selectors.js';

/**
 * The pairs of networks that strongSwan does not ask for, where it asks for one: in IKEv1 for the first of a connection (swanctl.conf,
 * `local_ts`), as far as nobody speaks Unity. Of a connection shared among several of the other end, those of this share.
 */
export function pairsBeyondFirst(connection: Connection, product: Product): readonly SourcedSelectors[] {
  if (product !== 'strongswan' || connection.mode.value !== 'tunnel') return [];
  const { selectorPairs: _, ...whole } = connection;
  const [first] = selectorsOf(whole).pairs;
  return first === undefined ? [] : selectorsOf(connection).pairs.filter((pair) => !samePair(pair, first));
}
