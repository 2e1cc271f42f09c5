import { sameEnd } from '../../model/endpoint.js';
import { identityText } from '../../wire/ike/identity-facts.js';
import { EXCHANGE_V1 } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import { onAggressive2 } from './aggressive-initiator.js';
import { onAggressive3 } from './aggressive-responder.js';
import { encapsulationOf } from './children.js';
import type { Effects } from './effects.js';
import type { Incoming } from './incoming.js';
import { errorOf, onInformational } from './informational.js';
import { garbled, onMain2, onMain4, onMain6 } from './main-initiator.js';
import { onMain3, onMain5 } from './main-responder.js';
import { needsSecret } from './methods.js';
import { onTransaction } from './mode-config.js';
import { onNewGroup } from './new-group.js';
import { allOf, firstOf } from './payloads.js';
import { firstIv } from './phase1-keys.js';
import { offerText } from './phase1-suite.js';
import { onQuick2, onQuick4 } from './quick-initiator.js';
import { onQuick1, onQuick3 } from './quick-responder.js';
import { isErrorV1, refusedAtTheEnd, refusedByNotify } from './refusals.js';
import { openInformational } from './send-informational.js';
import type { Established, ExpectAggressive3, Ikev1Sa } from './state.js';
import { isRepeated, received, repeat } from './transmit.js';

const { Informational: INFORMATIONAL, 'Quick Mode': QUICK, Transaction: TRANSACTION, 'New Group Mode': NEW_GROUP } = EXCHANGE_V1;

/** The peer sends its last message of phase 1 again: ours behind it has not come, or is not accepted. */
export const PEER_REPEATS = 'its message before that comes again';

/** Error notifies without proof that are remembered: the last ones. */
const MAX_HEARSAY = 8;
const NOTHING = new Uint8Array(0);

/** A message for an SA of ours. The next state, or undefined when the SA is gone. */
export function receive(sa: Ikev1Sa, incoming: Incoming, fx: Effects): Ikev1Sa | undefined {
  const { exchangeType } = incoming.header;
  if (exchangeType === INFORMATIONAL)
    return sa.kind === 'established' ? onInformational(sa, incoming, fx) : onEarlyInformational(sa, incoming, fx);
  if (sa.kind === 'established') {
    if (exchangeType === TRANSACTION) return onTransaction(sa, incoming, fx);
    if (exchangeType === NEW_GROUP) return onNewGroup(sa, incoming, fx);
    if (exchangeType === QUICK && sa.gate === 'xauth') return ignore(sa, 'quick mode before XAuth is through', incoming, fx);
    if (exchangeType === QUICK) return moved(onQuick(sa, incoming, fx), sa, incoming, fx);
    // The peer has not got our last message of phase 1.
    if (incoming.header.messageId === 0 && isRepeated(sa.sending, incoming.bytes) && sa.sending.wait === undefined)
      repeat(sa, sa.sending, fx);
    else ignore(sa, `an exchange of type ${exchangeType}, which has no place here`, incoming, fx);
    return sa;
  }
  return onPhase1(sa, incoming, fx);
}

function ignore<S extends Ikev1Sa>(sa: S, reason: string, { path }: Incoming, fx: Effects): S {
  fx.happen(sa, { kind: 'ignored', reason, path });
  return sa;
}

function onQuick(sa: Established, incoming: Incoming, fx: Effects): Established {
  const quick = sa.quick.get(incoming.header.messageId);
  if (quick === undefined) return onQuick1(sa, incoming, fx);
  if (isRepeated(quick.sending, incoming.bytes)) {
    if (quick.sending.wait === undefined) repeat(sa, quick.sending, fx);
    return sa;
  }
  switch (quick.kind) {
    case 'offered':
      return onQuick2(sa, quick, incoming, fx);
    case 'answered':
      return onQuick3(sa, quick, incoming, fx);
    case 'committing':
      return onQuick4(sa, quick, incoming, fx);
    case 'done':
      return ignore(sa, 'a message of a quick mode that is over', incoming, fx);
  }
}

/** An authentic message from another address than before: a NAT has moved the peer (RFC 3947 §3.1). */
function moved(after: Established, before: Established, { path }: Incoming, fx: Effects): Established {
  if (after === before || sameEnd(after.path.remote, path.remote) || !after.nat.peerBehindNat) return after;
  fx.happen(after, { kind: 'path-changed', path, encapsulation: encapsulationOf(after.peer) });
  return { ...after, path };
}

function onPhase1(sa: Exclude<Ikev1Sa, Established>, incoming: Incoming, fx: Effects): Ikev1Sa | undefined {
  const { header, encrypted, payloads, bytes } = incoming;
  const wanted = sa.exchange === 'main' ? EXCHANGE_V1['Identity Protection (Main Mode)'] : EXCHANGE_V1.Aggressive;
  if (header.exchangeType !== wanted || header.messageId !== 0)
    return ignore(sa, 'a message of another exchange before phase 1 is through', incoming, fx);
  if (isRepeated(sa.sending, bytes)) {
    // While ours is sent again by its own timer, it only tells.
    if (sa.sending.wait !== undefined) return ignore(sa, PEER_REPEATS, incoming, fx);
    repeat(sa, sa.sending, fx);
    return { ...sa, sending: { ...sa.sending, times: sa.sending.times + 1 } };
  }
  const has = (kind: 'sa-v1' | 'ke-v1') => encrypted === undefined && firstOf(payloads, kind) !== undefined;
  switch (sa.kind) {
    case 'expect-main-2':
      return has('sa-v1') ? onMain2(sa, incoming, fx) : ignore(sa, 'an answer without SA payload', incoming, fx);
    case 'expect-main-4':
      return has('ke-v1') ? onMain4(sa, incoming, fx) : ignore(sa, 'a message without KE payload', incoming, fx);
    case 'expect-main-6':
      return encrypted === undefined
        ? ignore(sa, 'a message in clear where an encrypted one is due', incoming, fx)
        : onMain6(sa, incoming, fx);
    case 'expect-main-3':
      return has('ke-v1') ? onMain3(sa, incoming, fx) : ignore(sa, 'a message without KE payload', incoming, fx);
    case 'expect-main-5':
      return encrypted === undefined
        ? ignore(sa, 'a message in clear where an encrypted one is due', incoming, fx)
        : onMain5(sa, incoming, fx);
    case 'expect-aggressive-2':
      return has('ke-v1') ? onAggressive2(sa, incoming, fx) : ignore(sa, 'an answer without KE payload', incoming, fx);
    case 'expect-aggressive-3':
      return onAggressive3(sa, incoming, fx);
  }
}

/** The peer says something while phase 1 is not through. */
function onEarlyInformational(sa: Exclude<Ikev1Sa, Established>, incoming: Incoming, fx: Effects): Ikev1Sa | undefined {
  const { encrypted, payloads, header } = incoming;
  if (encrypted !== undefined) {
    if (sa.kind !== 'expect-main-6' && sa.kind !== 'expect-aggressive-3')
      return ignore(sa, 'an encrypted message before there are keys', incoming, fx);
    const opened = openEarly(sa, incoming);
    if (opened === undefined) return sa.kind === 'expect-main-6' ? garbled(sa, incoming.path, fx) : garbledAfterOurHash(sa, incoming, fx);
    received(sa, incoming, opened.payloads, fx);
    const error = errorOf(opened);
    if (error === undefined) return sa;
    const id = identityText(sa.localId.type, sa.localId.data);
    return fx.down(sa, 'peer', refusedAtTheEnd(error.type, header.exchangeType, `identity "${id}", ${sa.exchange} mode`));
  }
  const error = allOf(payloads, 'notify-v1').find(({ type }) => isErrorV1(type));
  if (error === undefined) return ignore(sa, 'a message in clear that tells no error', incoming, fx);
  received(sa, incoming, payloads, fx);
  // Without our cookie anybody could have said it, who sees nothing of us.
  const ours = Buffer.compare(header.spiI, sa.spiI) === 0;
  if (
    ours &&
    sa.role === 'initiator' &&
    (sa.kind === 'expect-main-2' || sa.kind === 'expect-main-4' || sa.kind === 'expect-aggressive-2')
  ) {
    // Nothing is protected yet: whoever could forge this could as well forge the answer.
    const named = sa.kind === 'expect-main-4' ? sa : { ...sa, spiR: header.spiR.slice() };
    const exchange = sa.exchange === 'main' ? EXCHANGE_V1['Identity Protection (Main Mode)'] : EXCHANGE_V1.Aggressive;
    // Aggressive mode names us in its first message, and no networks yet.
    if (sa.kind === 'expect-aggressive-2' && error.type === NOTIFY_V1['INVALID-ID-INFORMATION']) {
      const id = identityText(sa.localId.type, sa.localId.data);
      return fx.down(named, 'peer', refusedAtTheEnd(error.type, exchange, `identity "${id}", aggressive mode`));
    }
    return fx.down(named, 'peer', refusedByNotify(error.type, exchange, { ours: offerText(sa.offer.sa) }));
  }
  return { ...sa, hearsay: [...sa.hearsay, error.type].slice(-MAX_HEARSAY) };
}

/** In place of message 3 of aggressive mode: who finds that our hash is wrong says so with keys made of its own secret. */
function garbledAfterOurHash(sa: ExpectAggressive3, incoming: Incoming, fx: Effects): ExpectAggressive3 {
  if (!needsSecret(sa.suite.method)) return ignore(sa, 'our keys do not open it', incoming, fx);
  const what = 'our keys do not open it, as when the initiator refuses our hash because its pre-shared key is another one';
  return { ...ignore(sa, what, incoming, fx), garbled: sa.garbled + 1 };
}

/**
 * Peers differ in what they take for the last block of phase 1 when they refuse our message 5: its own, that before it, or none at all
 * (libreswan, which sets it when phase 1 is through).
 */
function openEarly(
  sa: Extract<Ikev1Sa, { kind: 'expect-main-6' | 'expect-aggressive-3' }>,
  incoming: Incoming,
): ReturnType<typeof openInformational> {
  return (
    openInformational(sa, incoming) ??
    openInformational({ ...sa, chain: firstIv(sa) }, incoming) ??
    openInformational({ ...sa, chain: NOTHING }, incoming)
  );
}
