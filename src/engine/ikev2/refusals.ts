import { nameOf } from '../../bytes/registry.js';
import { EXCHANGE, IKEV2_EXCHANGE_TYPES } from '../../wire/ike/tables/exchange-types.js';
import { IKEV2_NOTIFY_TYPES, NOTIFY } from '../../wire/ike/tables/notify.js';
import type { Refusal, RefusedBy } from '../refusal.js';

/** `IKE_AUTH` and its like. */
export function exchangeName(exchange: number): string {
  return nameOf(IKEV2_EXCHANGE_TYPES, exchange);
}

/** `NO_PROPOSAL_CHOSEN` is `no-proposal-chosen`: the codes of what a notify says. */
function codeOf(type: number): string {
  const name = nameOf(IKEV2_NOTIFY_TYPES, type);
  return name.startsWith('unknown') ? `notify-${type}` : name.toLowerCase().replaceAll('_', '-');
}

/** What error notifies mean, in words. RFC 7296 §3.10.1 and the documents of the extensions. */
const MEANINGS: Readonly<Record<number, string>> = {
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
  [NOTIFY.AUTHORIZATION_FAILED]: 'the peer knows us, but does not authorize us',
};

/** What the peer refused by a notify. */
export function refusedByNotify(type: number, exchange: number, values: Pick<Refusal, 'ours' | 'theirs'> = {}): Refusal {
  const name = nameOf(IKEV2_NOTIFY_TYPES, type);
  return {
    code: codeOf(type),
    by: 'peer',
    exchange: exchangeName(exchange),
    text: MEANINGS[type] ?? `the peer refused with ${name}`,
    ...values,
    notify: name,
  };
}

/** Any other refusal; `notify` is the type that was or will be sent about it. */
export function refusal(
  code: string,
  by: RefusedBy,
  exchange: number,
  text: string,
  more: Pick<Refusal, 'ours' | 'theirs'> & { readonly notify?: number } = {},
): Refusal {
  const { notify, ...values } = more;
  return {
    code,
    by,
    exchange: exchangeName(exchange),
    text,
    ...values,
    ...(notify === undefined ? {} : { notify: nameOf(IKEV2_NOTIFY_TYPES, notify) }),
  };
}

/** A user's command whose object is gone. */
export function goneRefusal(what: string, exchange: number = EXCHANGE.INFORMATIONAL): Refusal {
  return refusal('not-there', 'us', exchange, `there is no ${what} (any more)`);
}
