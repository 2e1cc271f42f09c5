import type { OutgoingPayload } from '../../wire/ike/chain.js';
import { FLAG_V2_INITIATOR, FLAG_V2_RESPONSE, type IkeHeader } from '../../wire/ike/header.js';
import { encodeMessage } from '../../wire/ike/message.js';
import { payloadName } from '../../wire/ike/payload-name.js';
import type { StepEffects } from '../ike/step-effects.js';
import type { Path } from '../step.js';
import type { Ikev2Happening } from './happenings.js';
import { exchangeName } from './refusals.js';

/** Of the effects of either engine: what it takes to send, and to say so. */
type Sending = Pick<StepEffects<Extract<Ikev2Happening, { readonly kind: 'sent' | 'received' }>>, 'send' | 'happen'>;

/** Answers a request in clear with one notify; nothing is kept (RFC 7296 §2.6, §2.21). */
export function answerInClear(header: IkeHeader, payload: OutgoingPayload, path: Path, fx: Sending): void {
  const bytes = encodeMessage(
    {
      spiI: header.spiI,
      spiR: header.spiR,
      major: 2,
      minor: 0,
      exchangeType: header.exchangeType,
      // The responder of the IKE SA that the sender believes in.
      flags: FLAG_V2_RESPONSE | ((header.flags & FLAG_V2_INITIATOR) ^ FLAG_V2_INITIATOR),
      messageId: header.messageId,
    },
    [payload],
  );
  fx.send(path, bytes);
  fx.happen(header, {
    kind: 'sent',
    exchange: exchangeName(header.exchangeType),
    messageId: header.messageId,
    response: true,
    payloads: [payloadName(2, payload.type, 'value' in payload ? payload.value : undefined)],
    path,
    length: bytes.length,
    fragments: 1,
  });
}
