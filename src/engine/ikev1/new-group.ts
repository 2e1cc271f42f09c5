import { UsageError } from '../../bytes/errors.js';
import { keyExchangeByIkev1, modpGroupOf } from '../../crypto/key-exchange/key-exchanges.js';
import { type Attribute, attributeNumber } from '../../wire/ike/attribute.js';
import type { SaV1, TransformV1 } from '../../wire/ike/payloads/sa-v1.js';
import { GROUP_TYPES, ISAKMP_TRANSFORM, PHASE1, PHASE2, SITUATION } from '../../wire/ike/tables/attributes-v1.js';
import { EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import { numbersOf } from '../../wire/ike/tables/numbers-of.js';
import { DOI, PROTOCOL_V1 } from '../../wire/ike/tables/protocols.js';
import type { Effects } from './effects.js';
import type { GroupAlias } from './happenings.js';
import type { Incoming } from './incoming.js';
import { firstOf, out } from './payloads.js';
import { cookiesOf } from './phase1.js';
import { phase1Transforms } from './phase1-suite.js';
import { refusal, refusedByNotify } from './refusals.js';
import type { Established, Transaction } from './state.js';
import { answerTwoWay, beginTwoWay, openTwoWay, transactionTimer, withoutTransaction } from './transaction.js';
import { received, timeout } from './transmit.js';

const NEW_GROUP = EXCHANGE_V1['New Group Mode'];
const GROUP_TYPE = numbersOf(GROUP_TYPES);
/** Numbers that two ends may agree on (RFC 2409 appendix A). */
const FIRST_PRIVATE = 32_768;
const LAST_PRIVATE = 65_535;
/** Groups that one phase 1 knows by numbers of its own. */
const MAX_GROUPS = 16;

const bytesOf = (attributes: readonly Attribute[], type: number): Uint8Array | undefined => {
  const value = attributes.find((one) => one.type === type)?.value;
  return typeof value === 'number' ? Uint8Array.of(value >> 8, value & 255) : value;
};

/**
 * Asks the peer to know a group by a number of our own (RFC 2409 §5.6): prime and generator of one that both have anyway.
 * Throws `UsageError` for a number that is not ours to give, and for a group that is none of integers.
 */
export function beginNewGroup(sa: Established, alias: GroupAlias, fx: Effects): Established {
  const parameters = keyExchangeByIkev1(alias.group)?.parameters?.();
  if (parameters === undefined)
    throw new UsageError(`group ${alias.group} is not one of integers modulo a prime`, 'for example 14, MODP_2048');
  if (alias.number < FIRST_PRIVATE || alias.number > LAST_PRIVATE)
    throw new UsageError(`${alias.number} is not a number for a group of one's own`, `${FIRST_PRIVATE} to ${LAST_PRIVATE}`);
  const attributes: readonly Attribute[] = [
    { type: PHASE1.GROUP_DESCRIPTION, value: alias.number },
    { type: PHASE1.GROUP_TYPE, value: GROUP_TYPE.MODP },
    { type: PHASE1.GROUP_PRIME, value: parameters.prime },
    { type: PHASE1.GROUP_GENERATOR_ONE, value: parameters.generator },
  ];
  const offer: SaV1 = {
    doi: DOI.IPSEC,
    situation: SITUATION.SIT_IDENTITY_ONLY,
    proposals: [
      {
        number: 1,
        protocol: PROTOCOL_V1.IKE,
        spi: new Uint8Array(0),
        transforms: [{ number: 1, id: ISAKMP_TRANSFORM.KEY_IKE, attributes }],
      },
    ],
  };
  return beginTwoWay(sa, { kind: 'new-group', identifier: 0, group: alias }, NEW_GROUP, out.sa(offer), fx);
}

/** A message of new group mode: the peer's wish, or what it says of ours. */
export function onNewGroup(sa: Established, incoming: Incoming, fx: Effects): Established {
  const opened = openTwoWay(sa, incoming, fx);
  if (opened === undefined) return sa;
  received(sa, incoming, opened.payloads, fx);
  const heard: Established = { ...sa, heardAt: fx.now };
  const { known } = opened;
  const offered = firstOf(opened.payloads, 'sa-v1');
  if (known !== undefined) {
    const notify = firstOf(opened.payloads, 'notify-v1')?.type;
    return known.kind === 'new-group' && known.group !== undefined ? onReply(heard, known, known.group, offered, notify, fx) : heard;
  }
  const judged = judgeOffer(heard, offered);
  if ('why' in judged) {
    const type = NOTIFY_V1['ATTRIBUTES-NOT-SUPPORTED'];
    fx.happen(sa, { kind: 'group-refused', refusal: refusal('group-refused', 'us', NEW_GROUP, judged.why, { notify: type }) });
    return answerTwoWay(heard, incoming, opened.chain, out.notify(type, cookiesOf(sa)), fx);
  }
  fx.happen(sa, { kind: 'group-agreed', ...judged.alias });
  return answerTwoWay(withGroup(heard, judged.alias), incoming, opened.chain, out.sa(judged.answer), fx);
}

function withGroup(sa: Established, { number, group }: GroupAlias): Established {
  return { ...sa, groups: new Map(sa.groups).set(number, group) };
}

/** The first transform whose group is one that we have, or why none is. */
function judgeOffer(
  { groups }: Established,
  offer: SaV1 | undefined,
): { readonly alias: GroupAlias; readonly answer: SaV1 } | { readonly why: string } {
  let why = 'the peer names no group';
  for (const transform of offer === undefined ? [] : phase1Transforms(offer)) {
    const { attributes } = transform;
    const number = attributeNumber(attributes, PHASE1.GROUP_DESCRIPTION) ?? 0;
    const type = attributeNumber(attributes, PHASE1.GROUP_TYPE);
    const prime = bytesOf(attributes, PHASE1.GROUP_PRIME);
    const generator = bytesOf(attributes, PHASE1.GROUP_GENERATOR_ONE);
    const group = prime === undefined || generator === undefined ? undefined : modpGroupOf(prime, generator)?.ikev1;
    if (number < FIRST_PRIVATE || number > LAST_PRIVATE) why = `${number} is no number for a group of one's own`;
    else if (type !== GROUP_TYPE.MODP || prime === undefined || generator === undefined)
      why = 'only groups of integers modulo a prime are taken';
    else if (group === undefined)
      why = `the prime of ${prime.length * 8} bits with this generator is none of the well-known groups: whether such a group is safe cannot be seen`;
    else if ((groups?.size ?? 0) >= MAX_GROUPS && groups?.has(number) !== true) why = `there are ${MAX_GROUPS} groups already`;
    else if (offer !== undefined) return { alias: { number, group }, answer: chosen(offer, transform) };
  }
  return { why };
}

function chosen(offer: SaV1, transform: TransformV1): SaV1 {
  const from = offer.proposals.filter(({ transforms }) => transforms.includes(transform));
  return { ...offer, proposals: from.map((proposal) => ({ ...proposal, transforms: [transform] })) };
}

function onReply(
  sa: Established,
  { messageId }: Transaction,
  alias: GroupAlias,
  answer: SaV1 | undefined,
  notify: number | undefined,
  fx: Effects,
): Established {
  fx.timer(sa, transactionTimer(messageId));
  const at = withoutTransaction(sa, messageId);
  const [transform] = answer === undefined ? [] : phase1Transforms(answer);
  if (transform !== undefined && attributeNumber(transform.attributes, PHASE1.GROUP_DESCRIPTION) === alias.number) {
    fx.happen(sa, { kind: 'group-agreed', ...alias });
    return withGroup(at, alias);
  }
  const text = 'the peer answers with another group than the one that we named';
  const why = notify === undefined ? refusal('invalid-choice', 'us', NEW_GROUP, text) : refusedByNotify(notify, NEW_GROUP);
  fx.happen(sa, { kind: 'group-refused', refusal: why });
  return at;
}

/** Most peers do not do this exchange, and say nothing: phase 1 stands all the same. */
export function groupUnanswered(sa: Established, { messageId, sending }: Transaction, fx: Effects): Established {
  fx.happen(sa, { kind: 'group-refused', refusal: timeout(sa, sending, fx, ': most peers do not do new group mode') });
  return withoutTransaction(sa, messageId);
}

/** A transform of phase 2 with IANA's number in place of the one that was agreed on. */
export function withKnownGroup(transform: TransformV1, groups: Established['groups']): TransformV1 {
  const known = groups?.get(attributeNumber(transform.attributes, PHASE2.GROUP_DESCRIPTION) ?? 0);
  if (known === undefined) return transform;
  const attributes = transform.attributes.map((one) => (one.type === PHASE2.GROUP_DESCRIPTION ? { ...one, value: known } : one));
  return { ...transform, attributes };
}
