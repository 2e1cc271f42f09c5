import type { OutgoingPayload } from '../../wire/ike/chain.js';
import { FLAG_V2_INITIATOR, FLAG_V2_RESPONSE, type IkeHeader } from '../../wire/ike/header.js';
import { encodeMessage } from '../../wire/ike/message.js';
import { payloadName } from '../../wire/ike/payload-name.js';
import type { Path } from '../step.js';
import type { Effects } from './effects.js';
import { exchangeName } from './refusals.js';

/** Counts answers to messages that belong to no IKE SA, so many a second (RFC 7296 §2.21.4). */
export class StrayBudget {
  #second = -1;
  #used = 0;

  constructor(private readonly perSecond: number) {}

  /** Whether one more may go out. */
  take(now: number): boolean {
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#used = 0;
    }
    this.#used += 1;
    return this.#used <= this.perSecond;
  }
}

/** Answers a request in clear with one notify; nothing is kept (RFC 7296 §2.6, §2.21). */
export function answerInClear(header: IkeHeader, payload: OutgoingPayload, path: Path, fx: Effects): void {
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
