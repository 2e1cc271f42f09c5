import { DecodeError } from '../../bytes/errors.js';
import { ByteWriter } from '../../bytes/writer.js';
import { encodeAttributes } from '../../wire/ike/attribute.js';
import type { PayloadNode } from '../../wire/ike/chain.js';
import { lifetimesOf } from '../../wire/ike/lifetime.js';
import { decodeNotifyDataV1 } from '../../wire/ike/notify-data.js';
import type { NotifyV1 } from '../../wire/ike/payloads/notify-v1.js';
import { PHASE1, PHASE2 } from '../../wire/ike/tables/attributes-v1.js';
import { NOTIFY_V1 } from '../../wire/ike/tables/notify-v1.js';
import { PROTOCOL } from '../../wire/ike/tables/protocols.js';
import { armChildTimers } from '../ike/children.js';
import { rekeyDelay } from '../ike/rekey-delay.js';
import type { ChildSettings } from '../ike/settings.js';
import type { Effects } from './effects.js';
import { allOf } from './payloads.js';
import { phase1Transforms } from './phase1-suite.js';
import { lifetimeAttributes, lifetimeOf, type Phase2Lifetime } from './phase2-suite.js';
import { idBytes, sendNotify } from './send-informational.js';
import type { Established } from './state.js';

/** Seconds that we propose where the settings do not rekey by themselves; what an offer without any means (RFC 2407 §4.5). */
const DEFAULT_SECONDS = 28_800;

/** The limits that we have ourselves. */
export function ownLifetime({ settings: { lifetimes } }: Pick<Established, 'settings'>, { kilobytes }: ChildSettings): Phase2Lifetime {
  return { ...(lifetimes.child > 0 ? { seconds: lifetimes.child } : {}), ...(kilobytes === undefined ? {} : { kilobytes }) };
}

/** What an offer of ours says. */
export function proposedLifetime(sa: Pick<Established, 'settings'>, child: ChildSettings): Phase2Lifetime & { readonly seconds: number } {
  return { seconds: DEFAULT_SECONDS, ...ownLifetime(sa, child) };
}

/** Those of our limits that are below what the peer proposed: it has to be told (RFC 2407 §4.6.3.1). */
export function belowProposed(own: Phase2Lifetime, { seconds = DEFAULT_SECONDS, kilobytes }: Phase2Lifetime): Phase2Lifetime | undefined {
  const less = {
    ...(own.seconds !== undefined && own.seconds < seconds ? { seconds: own.seconds } : {}),
    ...(own.kilobytes !== undefined && own.kilobytes < (kilobytes ?? Number.POSITIVE_INFINITY) ? { kilobytes: own.kilobytes } : {}),
  };
  return Object.keys(less).length === 0 ? undefined : less;
}

/** Data of RESPONDER-LIFETIME; the attributes are those of the phase that it is about. */
export function lifetimeData(lifetime: Phase2Lifetime, phase: 1 | 2): Uint8Array {
  const writer = new ByteWriter();
  encodeAttributes(lifetimeAttributes(phase === 1 ? PHASE1.LIFE_TYPE : PHASE2.SA_LIFE_TYPE, lifetime), writer);
  return writer.finish();
}

/** What RESPONDER-LIFETIME among payloads says of an SA of phase 2. */
export function saidLifetime(payloads: readonly PayloadNode[]): Phase2Lifetime {
  const notify = allOf(payloads, 'notify-v1').find(({ type, protocol }) => type === RESPONDER_LIFETIME && protocol !== PROTOCOL.IKE);
  return notify === undefined ? {} : lifetimeIn(notify);
}

const RESPONDER_LIFETIME = NOTIFY_V1['RESPONDER-LIFETIME'];

/** What cannot be read limits nothing. */
function lifetimeIn(notify: NotifyV1): Phase2Lifetime {
  try {
    const data = decodeNotifyDataV1(notify);
    return data?.kind === 'lifetimes' ? lifetimeOf(data.lifetimes) : {};
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return {};
  }
}

/** The responder of phase 1, once it is up: tells that we end it before the time that the initiator proposed. */
export function tellLifetime(sa: Established, fx: Effects): void {
  const { ike } = sa.settings.lifetimes;
  if (sa.role !== 'responder' || ike === 0) return;
  const proposed = phase1Transforms(sa.offer.sa).flatMap(
    ({ attributes }) => lifetimeOf(lifetimesOf(attributes, PHASE1.LIFE_TYPE)).seconds ?? [],
  );
  if (ike < Math.max(...proposed, 0)) sendNotify(sa, RESPONDER_LIFETIME, fx, lifetimeData({ seconds: ike }, 1));
}

/** RESPONDER-LIFETIME in an exchange of its own: the SA that it names lives no longer than that. Without limits of our own we keep none. */
export function obeyLifetime(sa: Established, notify: NotifyV1, fx: Effects): Established {
  const { seconds } = lifetimeIn(notify);
  if (seconds === undefined) return sa;
  const { ike, child } = sa.settings.lifetimes;
  if (notify.protocol === PROTOCOL.IKE) {
    if (ike > 0 && seconds < ike) {
      fx.timer(sa, 'rekey-ike', rekeyDelay(seconds, fx));
      fx.timer(sa, 'expire-ike', seconds * 1000);
    }
    return sa;
  }
  const record = [...sa.children.values()].find((one) => Buffer.compare(idBytes(one.sa.spiOut), notify.spi) === 0);
  if (record?.expireAt === undefined || child === 0 || fx.now + seconds * 1000 >= record.expireAt) return sa;
  const sooner = { ...record, rekeyAt: fx.now + rekeyDelay(seconds, fx), expireAt: fx.now + seconds * 1000 };
  armChildTimers(sa, sooner, fx);
  return { ...sa, children: new Map(sa.children).set(sooner.sa.spiIn, sooner) };
}
