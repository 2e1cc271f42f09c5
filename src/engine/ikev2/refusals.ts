import { EXCHANGE, IKEV2_EXCHANGE_TYPES } from '../../wire/ike/tables/exchange-types.js';
import { IKEV2_NOTIFY_TYPES, NOTIFY } from '../../wire/ike/tables/notify.js';
import { refusalsOf } from '../ike/refusals.js';
import type { Refusal } from '../refusal.js';

/** What error notifies mean, in words. RFC 7296 §3.10.1 and the documents of the extensions. */
const meanings: Readonly<Record<number, string>> = {
  [NOTIFY.UNSUPPORTED_CRITICAL_PAYLOAD]: 'the peer does not know a payload that was marked critical',
  [NOTIFY.INVALID_IKE_SPI]: 'the peer does not know this IKE SA (any more): it was restarted, or has deleted the SA',
  [NOTIFY.INVALID_MAJOR_VERSION]: 'the peer does not speak IKEv2',
  [NOTIFY.INVALID_SYNTAX]: 'the peer says that our message is malformed',
  [NOTIFY.INVALID_MESSAGE_ID]: 'the peer says that our message ID is outside its window',
  [NOTIFY.NO_PROPOSAL_CHOSEN]: 'the peer accepts none of our proposals',
  [NOTIFY.INVALID_KE_PAYLOAD]: 'the peer wants another key exchange group',
  [NOTIFY.AUTHENTICATION_FAILED]: 'the peer did not accept our authentication',
  [NOTIFY.SINGLE_PAIR_REQUIRED]: 'the peer wants a single pair of addresses as selectors',
  [NOTIFY.NO_ADDITIONAL_SAS]: 'the peer wants no more CHILD_SAs on this IKE SA',
  [NOTIFY.INTERNAL_ADDRESS_FAILURE]: 'the peer had no address to give',
  [NOTIFY.FAILED_CP_REQUIRED]: 'the peer wants to be asked for an address (configuration payload)',
  [NOTIFY.TS_UNACCEPTABLE]: 'the peer accepts none of our traffic selectors',
  [NOTIFY.INVALID_SELECTORS]: 'the peer got a packet whose selectors do not belong to its SA',
  [NOTIFY.UNACCEPTABLE_ADDRESSES]: 'the peer does not accept the new addresses',
  [NOTIFY.UNEXPECTED_NAT_DETECTED]: 'the peer found a NAT although none was allowed',
  [NOTIFY.TEMPORARY_FAILURE]: 'the peer cannot do it at the moment',
  [NOTIFY.CHILD_SA_NOT_FOUND]: 'the peer does not know this CHILD_SA',
  [NOTIFY.REDIRECT]: 'the peer sends us on to another gateway',
  [NOTIFY.AUTHORIZATION_FAILED]: 'the peer knows us, but does not authorize us',
};

export const { exchangeName, refusedByNotify, refusal } = refusalsOf({
  exchanges: IKEV2_EXCHANGE_TYPES,
  notifies: IKEV2_NOTIFY_TYPES,
  meanings,
});

/** A user's command whose object is gone. */
export function goneRefusal(what: string, exchange: number = EXCHANGE.INFORMATIONAL): Refusal {
  return refusal('not-there', 'us', exchange, `there is no ${what} (any more)`);
}
