import type { OutgoingPayload } from '../../../wire/ike/chain.js';
import { FLAG_V2_INITIATOR } from '../../../wire/ike/header.js';
import { encodeMessage } from '../../../wire/ike/message.js';
import { EXCHANGE } from '../../../wire/ike/tables/exchange-types.js';

/** The first message of an IKE_SA_INIT that is only a question: no engine goes on with it (RFC 7296 §1.2). */
export function saInitMessage(spiI: Uint8Array, payloads: readonly OutgoingPayload[]): Uint8Array {
  const spiR = new Uint8Array(8);
  return encodeMessage(
    { spiI, spiR, major: 2, minor: 0, exchangeType: EXCHANGE.IKE_SA_INIT, flags: FLAG_V2_INITIATOR, messageId: 0 },
    payloads,
  );
}
