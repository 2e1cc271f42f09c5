import type { PayloadNode } from '../../wire/ike/chain.js';
import { beginAuth } from './auth-initiator.js';
import type { Effects } from './effects.js';
import type { IkeSa, SecuredSa, Transcript } from './state.js';

/** placeholder until the additional key exchanges stand */
export function beginIntermediate(
  sa: SecuredSa,
  transcript: Transcript,
  _payloads: readonly PayloadNode[],
  fx: Effects,
): IkeSa | undefined {
  return beginAuth(sa, transcript, fx);
}
