import type { IkeMessageFacts, IkeSession } from '../../model/ike-session.js';
import { EXCHANGE, EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import { distinctMessages } from './handshake.js';
import { sealedSize } from './sealed-size.js';

/** One Quick Mode of IKEv1, by message id (RFC 2409 §5.5). */
export interface QuickMode {
  readonly request: IkeMessageFacts;
  /** Message 2, when it came. */
  readonly reply: IkeMessageFacts | undefined;
  readonly confirmed: boolean;
}

export function quickModes(session: IkeSession): readonly QuickMode[] {
  const byId = new Map<number, IkeMessageFacts[]>();
  for (const message of distinctMessages(session)) {
    if (message.exchangeType !== EXCHANGE_V1['Quick Mode']) continue;
    const messages = byId.get(message.messageId);
    if (messages === undefined) byId.set(message.messageId, [message]);
    else messages.push(message);
  }
  return [...byId.values()].map((messages) => {
    const request = messages[0] as IkeMessageFacts;
    const reply = messages.find((m) => m.fromInitiator !== request.fromInitiator);
    return {
      request,
      reply,
      confirmed: reply !== undefined && messages.some((m) => m.fromInitiator === request.fromInitiator && m.frame > reply.frame),
    };
  });
}

/** One CREATE_CHILD_SA exchange: a further CHILD_SA, or a rekey of one or of the IKE SA (RFC 7296 §1.3). */
export interface CreateChild {
  readonly request: IkeMessageFacts;
  readonly reply: IkeMessageFacts | undefined;
  /** The reply is too small for an SA payload, or holds a readable error. */
  readonly refused: boolean;
}

/** Less than an SA payload with one proposal and a nonce (RFC 7296 §3.3, §3.9). */
const LEAST_SA_AND_NONCE = 56;

export function createChildExchanges(session: IkeSession): readonly CreateChild[] {
  const messages = distinctMessages(session).filter((m) => m.exchangeType === EXCHANGE.CREATE_CHILD_SA);
  return messages
    .filter((m) => !m.response)
    .map((request) => {
      const reply = messages.find((m) => m.response && m.messageId === request.messageId && m.fromInitiator !== request.fromInitiator);
      if (reply === undefined) return { request, reply, refused: false };
      if (reply.decrypted) return { request, reply, refused: reply.notifies.some(({ isError }) => isError) };
      const size = sealedSize(session, reply);
      return { request, reply, refused: size !== undefined && size.max < LEAST_SA_AND_NONCE };
    });
}
