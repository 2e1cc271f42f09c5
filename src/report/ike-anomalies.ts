import type { ObservedIke } from '../dissect/ike/session-tracker.js';
import { type Anomaly, checkGrammar } from '../wire/ike/grammar.js';

/**
 * What a message has against the rules of its exchange, or lacks: a peer may refuse it for that. Nothing of one whose decoding stopped, or
 * that was opened with a wrong key: what is missing may stand where nobody could read.
 */
export function ikeAnomalies({ message, facts, inside, whole }: ObservedIke): readonly Anomaly[] {
  if ((facts?.malformed ?? message.malformed) !== undefined) return [];
  return checkGrammar(whole ?? message, inside === undefined || inside.icv === 'bad' ? undefined : inside.payloads);
}
