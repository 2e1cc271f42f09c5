import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { PROTOCOL } from '../../wire/ike/tables/protocols.js';
import type { Effects } from './effects.js';
import { out } from './payloads.js';
import type { IkeSa } from './state.js';
import { sendUnawaited } from './transmit.js';

/**
 * A last word to a peer that answers nothing: where only its answers are lost it has an IKE SA, and would keep it. Nobody waits for
 * an answer; a peer that never saw the request before this one drops it as outside its window (RFC 7296 §2.3).
 */
export function farewell(sa: IkeSa, fx: Effects): void {
  if (sa.kind === 'expect-auth-reply' || sa.kind === 'established') {
    sendUnawaited(sa, EXCHANGE.INFORMATIONAL, [out.deletion({ protocol: PROTOCOL.IKE, spiSize: 0, spis: [] })], fx);
  }
}
