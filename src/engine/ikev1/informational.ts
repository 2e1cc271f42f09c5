import type { NotifyV1 } from '../../wire/ike/payloads/notify-v1.js';
import { NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import { PROTOCOL } from '../../wire/ike/tables/protocols.js';
import { removeChild } from '../ike/children.js';
import { onAnswer, onQuestion } from './dead-peer.js';
import type { Effects } from './effects.js';
import type { Incoming } from './incoming.js';
import { obeyLifetime } from './lifetimes.js';
import type { Unsealed } from './message-crypt.js';
import { allOf } from './payloads.js';
import { cookiesOf } from './phase1.js';
import { onConnected, refuseQuick } from './quick-initiator.js';
import { isErrorV1 } from './refusals.js';
import { idBytes, openInformational } from './send-informational.js';
import type { Established } from './state.js';
import { received } from './transmit.js';

/** An authentic informational message while phase 1 is not through: its first error, if it tells one. */
export function errorOf({ payloads }: Pick<Unsealed, 'payloads'>): NotifyV1 | undefined {
  return allOf(payloads, 'notify-v1').find(({ type }) => isErrorV1(type));
}

/** An informational message on an SA that stands. */
export function onInformational(sa: Established, incoming: Incoming, fx: Effects): Established | undefined {
  const opened = openInformational(sa, incoming);
  if (opened === undefined) {
    const reason =
      incoming.encrypted === undefined ? 'a message in clear on an SA that has keys' : 'its hash does not fit, or our keys do not open it';
    fx.happen(sa, { kind: 'ignored', reason, path: incoming.path });
    return sa;
  }
  received(sa, incoming, opened.payloads, fx);
  let at: Established = { ...sa, heardAt: fx.now };
  for (const notify of allOf(opened.payloads, 'notify-v1')) at = onNotify(at, notify, incoming.header.messageId, fx);
  for (const { protocol, spis } of allOf(opened.payloads, 'delete-sa-v1')) {
    if (protocol === PROTOCOL.IKE) {
      const ours = cookiesOf(at).spi;
      if (spis.some((spi) => Buffer.compare(spi, ours) === 0)) fx.deleted.push(at);
      continue;
    }
    for (const spi of spis) at = removeDeleted(at, protocol, spi, fx);
  }
  return at;
}

/** The peer deletes what it receives with: our outbound SPI. */
function removeDeleted(sa: Established, protocol: number, spi: Uint8Array, fx: Effects): Established {
  for (const { sa: child } of sa.children.values()) {
    const spiOut = protocol === PROTOCOL.AH && child.protocol === 'esp' ? child.ah?.spiOut : child.spiOut;
    const same = protocol === PROTOCOL.AH || child.protocol === 'esp';
    if (same && spiOut !== undefined && Buffer.compare(idBytes(spiOut), spi) === 0) return removeChild(sa, child.spiIn, 'peer', fx);
  }
  return sa;
}

function onNotify(sa: Established, notify: NotifyV1, messageId: number, fx: Effects): Established {
  switch (notify.type) {
    case NOTIFY_V1['R-U-THERE']:
      return onQuestion(sa, notify, fx);
    case NOTIFY_V1['R-U-THERE-ACK']:
      return onAnswer(sa, notify, fx);
    case NOTIFY_V1.CONNECTED:
      return onConnected(sa, messageId, notify, fx);
    case NOTIFY_V1['RESPONDER-LIFETIME']:
      return obeyLifetime(sa, notify, fx);
    case NOTIFY_V1['INITIAL-CONTACT']:
      if (sa.gate === 'xauth') return { ...sa, firstContact: true };
      fx.anew.push(sa);
      return sa;
    default:
      return isErrorV1(notify.type) ? refuseQuick(sa, notify, fx) : sa;
  }
}
