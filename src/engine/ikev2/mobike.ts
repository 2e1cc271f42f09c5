import { ByteWriter } from '../../bytes/writer.js';
import { sameEnd } from '../../model/endpoint.js';
import type { OutgoingPayload } from '../../wire/ike/chain.js';
import { EXCHANGE } from '../../wire/ike/tables/exchange-types.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { addressBytes } from '../../wire/ip/address.js';
import type { Path } from '../step.js';
import { encapsulationOf } from './child-negotiation.js';
import type { Effects } from './effects.js';
import type { Incoming } from './incoming.js';
import { judgeNat, natNotifies } from './nat-detection.js';
import { allOf, errorsOf, notifyOf, out } from './payloads.js';
import { refusal, refusedByNotify } from './refusals.js';
import type { Established } from './state.js';
import type { Task } from './task.js';
import { sendRequest } from './transmit.js';

export function samePath(a: Path, b: Path): boolean {
  return a.channel === b.channel && sameEnd(a.local, b.local) && sameEnd(a.remote, b.remote);
}

/** The IKE SA and its children go another way from now on. */
export function changePath(sa: Established, path: Path, fx: Effects): Established {
  const moved = { ...sa, path };
  const children = new Map(
    [...sa.children].map(([spi, record]) => {
      const encapsulation = encapsulationOf(moved, record.sa.protocol);
      return [spi, { ...record, sa: { ...record.sa, encapsulation } }];
    }),
  );
  const [first] = children.values();
  fx.happen(sa, { kind: 'path-changed', path, encapsulation: first?.sa.encapsulation ?? encapsulationOf(moved, 'esp') });
  return { ...moved, children };
}

/** Tells the peer where we are now (RFC 4555 §3.5); `sa.path` is the new path already. */
export function beginUpdate(sa: Established, fx: Effects): Established {
  if (!sa.mobike) {
    const text = 'the peer does not support MOBIKE, or was not asked for it: a new address cannot be announced';
    fx.happen(sa, { kind: 'update-refused', refusal: refusal('mobike-not-supported', 'us', EXCHANGE.INFORMATIONAL, text) });
    return sa;
  }
  const payloads = [
    out.notify(NOTIFY.UPDATE_SA_ADDRESSES),
    ...natNotifies(sa, sa.path, sa.settings.encapsulation === 'force', fx.env.random),
  ];
  return { ...sa, task: { kind: 'update-addresses', previous: sa.path }, window: sendRequest(sa, EXCHANGE.INFORMATIONAL, payloads, fx) };
}

/** The answer to UPDATE_SA_ADDRESSES. */
export function onUpdateReply(sa: Established, { payloads, header }: Incoming, fx: Effects): Established {
  const error = errorsOf(payloads)[0];
  if (error !== undefined) {
    const { local } = sa.path;
    const values = { ours: `${local.address} port ${local.port}` };
    fx.happen(sa, { kind: 'update-refused', refusal: refusedByNotify(error, EXCHANGE.INFORMATIONAL, values) });
    return sa;
  }
  const nat = judgeNat(header, sa.path, payloads);
  const judged = nat.supported ? { ...sa, nat } : sa;
  if (nat.supported) fx.happen(sa, { kind: 'nat', ...nat });
  return changePath(judged, sa.path, fx);
}

/** The answer to COOKIE2: whoever holds the new address has the keys. */
export function onRoutabilityReply(
  sa: Established,
  task: Extract<Task, { kind: 'routability' }>,
  { payloads, path }: Incoming,
  fx: Effects,
): Established {
  const cookie = notifyOf(payloads, NOTIFY.COOKIE2);
  if (cookie !== undefined && Buffer.compare(cookie.data, task.cookie) === 0) return sa;
  fx.happen(sa, { kind: 'ignored', reason: 'an answer without the COOKIE2 that was sent', path });
  return sa;
}

/** Answers UPDATE_SA_ADDRESSES (RFC 4555 §3.5, §3.9), if the request has it. */
export function answerUpdate(
  sa: Established,
  { header, payloads, path }: Incoming,
  fx: Effects,
): { readonly sa: Established; readonly replies: readonly OutgoingPayload[] } {
  if (!sa.mobike || notifyOf(payloads, NOTIFY.UPDATE_SA_ADDRESSES) === undefined) return { sa, replies: [] };
  const noNats = notifyOf(payloads, NOTIFY.NO_NATS_ALLOWED);
  if (noNats !== undefined && Buffer.compare(noNats.data, addressesOf(path)) !== 0) {
    return { sa, replies: [out.notify(NOTIFY.UNEXPECTED_NAT_DETECTED)] };
  }
  const nat = judgeNat(header, path, payloads);
  const moved = changePath(nat.supported ? { ...sa, nat } : sa, path, fx);
  const replies = natNotifies(sa, path, sa.settings.encapsulation === 'force', fx.env.random);
  const asked = moved.queue.some(({ kind }) => kind === 'routability');
  return { sa: asked ? moved : { ...moved, queue: [...moved.queue, { kind: 'routability' }] }, replies };
}

/** Data of NO_NATS_ALLOWED as its sender sees it: source, destination, ports (RFC 4555 §4.2.6). */
function addressesOf({ local, remote }: Path): Uint8Array {
  const w = new ByteWriter(36).bytes(addressBytes(remote.address)).bytes(addressBytes(local.address));
  return w.u16(remote.port).u16(local.port).finish();
}

/** A NAT in the first exchanges where the initiator allows none: the notify to refuse with. */
export function unexpectedNat({ payloads, path }: Incoming): boolean {
  const [noNats] = allOf(payloads, 'notify').filter(({ type }) => type === NOTIFY.NO_NATS_ALLOWED);
  return noNats !== undefined && Buffer.compare(noNats.data, addressesOf(path)) !== 0;
}
