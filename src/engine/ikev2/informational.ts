import { ByteReader } from '../../bytes/reader.js';
import type { OutgoingPayload } from '../../wire/ike/chain.js';
import type { Delete } from '../../wire/ike/payloads/delete-sa.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { PROTOCOL } from '../../wire/ike/tables/protocols.js';
import type { ChildSa } from '../child-sa.js';
import { removeChild } from '../ike/children.js';
import { deletePayload } from './delete-payload.js';
import type { Effects } from './effects.js';
import type { Incoming } from './incoming.js';
import { answerUpdate } from './mobike.js';
import { allOf, notifyOf, out } from './payloads.js';
import { refusedByNotify } from './refusals.js';
import { keepRival } from './rekey-ike.js';
import type { Established, IkeSa } from './state.js';
import { sendReply } from './transmit.js';

/** An INFORMATIONAL request (RFC 7296 §1.4): deletes, errors, MOBIKE, or nothing, which asks whether we are alive. */
export function onInformationalRequest(sa: Established, incoming: Incoming, fx: Effects): IkeSa | undefined {
  const { payloads, path } = incoming;
  const deletes = allOf(payloads, 'delete-sa');
  if (deletes.some(({ protocol }) => protocol === PROTOCOL.IKE)) {
    sendReply(sa, EXCHANGE.INFORMATIONAL, [], path, fx);
    return fx.down(keepRival(sa, fx), 'peer');
  }
  if (notifyOf(payloads, NOTIFY.AUTHENTICATION_FAILED) !== undefined) {
    sendReply(sa, EXCHANGE.INFORMATIONAL, [], path, fx);
    return fx.down(sa, 'peer', refusedByNotify(NOTIFY.AUTHENTICATION_FAILED, EXCHANGE.INFORMATIONAL));
  }
  const afterDeletes = deletes.reduce((at, one) => deleteChildren(at, one, fx), { sa, replies: [] as readonly OutgoingPayload[] } as {
    readonly sa: Established;
    readonly replies: readonly OutgoingPayload[];
  });
  const updated = answerUpdate(afterDeletes.sa, incoming, fx);
  const cookie = notifyOf(payloads, NOTIFY.COOKIE2);
  const reply = [...afterDeletes.replies, ...updated.replies, ...(cookie === undefined ? [] : [out.notify(NOTIFY.COOKIE2, cookie.data)])];
  return { ...updated.sa, window: sendReply(updated.sa, EXCHANGE.INFORMATIONAL, reply, path, fx) };
}

/**
 * The peer's SPIs are those we send with. The answer names the other half of each pair, but not of those whose deletion we have
 * asked for ourselves (RFC 7296 §1.4.1).
 */
function deleteChildren(
  at: { readonly sa: Established; readonly replies: readonly OutgoingPayload[] },
  { protocol, spiSize, spis }: Delete,
  fx: Effects,
): typeof at {
  if (spiSize !== 4) return at;
  const wanted = new Set(spis.map((spi) => new ByteReader(spi).u32('SPI')));
  const kind = protocol === PROTOCOL.AH ? 'ah' : 'esp';
  const found = [...at.sa.children.values()].flatMap(({ sa }) => (sa.protocol === kind && wanted.has(sa.spiOut) ? [sa] : []));
  const { task } = at.sa;
  const named = found.filter(({ spiIn }) => !(task?.kind === 'delete-child' && task.spiIn === spiIn));
  const left = found.reduce((rest, { spiIn }) => removeChild(rest, spiIn, 'peer', fx), at.sa);
  const sa = task?.kind === 'child' || task?.kind === 'follow-up' ? bury(left, wanted, found) : left;
  return { sa, replies: named.length === 0 ? at.replies : [...at.replies, deletePayload(named)] };
}

/** SPIs deleted by the peer before its answer that makes them has come; what is remembered of them is bounded. */
const MAX_BURIED = 8;

function bury(sa: Established, wanted: ReadonlySet<number>, found: readonly ChildSa[]): Established {
  const unknown = [...wanted].filter((spi) => found.every(({ spiOut }) => spiOut !== spi));
  return unknown.length === 0 ? sa : { ...sa, buried: [...(sa.buried ?? []), ...unknown].slice(-MAX_BURIED) };
}
