import { saKeyLength, splitSaKeys } from '../../keymat/esp.js';
import { quickModeKeymat } from '../../keymat/ikev1.js';
import type { AddressSelector } from '../../wire/ike/payloads/ts.js';
import { PROTOCOL } from '../../wire/ike/tables/protocols.js';
import type { ChildSa } from '../child-sa.js';
import type { ChildRecord } from '../ikev2/child-state.js';
import { rekeyDelay } from '../ikev2/lifetimes.js';
import type { ChildSettings } from '../ikev2/settings.js';
import type { ChildSuite } from '../ikev2/suite.js';
import type { Effects } from './effects.js';
import { out } from './payloads.js';
import type { PacketForm } from './phase2-suite.js';
import { idBytes, sendInformational } from './send-informational.js';
import type { Established } from './state.js';

/** All of a child but its keys. */
export interface ChildPlan {
  readonly spiIn: number;
  readonly spiOut: number;
  readonly form: PacketForm;
  readonly local: AddressSelector;
  readonly remote: AddressSelector;
}

export interface QuickValues {
  readonly nonceI: Uint8Array;
  readonly nonceR: Uint8Array;
  /** g^xy of the quick mode, with PFS. */
  readonly shared?: Uint8Array;
}

/** Makes the keys (RFC 2409 §5.5): each direction has its own KEYMAT, by the SPI of its receiver. */
export function makeChild(
  { suite, keys }: Established,
  plan: ChildPlan,
  child: ChildSuite,
  { nonceI, nonceR, shared }: QuickValues,
): ChildSa {
  const { cipher, keyLength, integrity, protocol } = child;
  const length = saKeyLength(cipher, keyLength, integrity);
  const keysOf = (spi: number) =>
    splitSaKeys(
      quickModeKeymat(suite.prf, keys.skeyidD.reveal(), protocol, idBytes(spi), nonceI, nonceR, length, shared),
      cipher,
      keyLength,
      integrity,
    );
  return {
    protocol: protocol === PROTOCOL.AH ? 'ah' : 'esp',
    spiIn: plan.spiIn,
    spiOut: plan.spiOut,
    ...(cipher === undefined ? {} : { encryption: cipher.name }),
    keyLength,
    integrity: integrity.name,
    esn: child.esn,
    keysIn: keysOf(plan.spiIn),
    keysOut: keysOf(plan.spiOut),
    mode: plan.form.mode,
    localSelectors: [plan.local],
    remoteSelectors: [plan.remote],
    // AH has no form in UDP (RFC 3948 is ESP's).
    encapsulation: plan.form.udp && protocol !== PROTOCOL.AH ? 'udp' : 'none',
    noTfcPadding: false,
    ...(child.keyExchange === undefined ? {} : { pfsGroup: child.keyExchange.ikev2 }),
  };
}

/** What a child is made of besides itself. */
export interface ChildOrigin {
  readonly settings: ChildSettings;
  /** Seconds that both ends agreed on. */
  readonly lifetime: number;
  readonly replaces?: number;
}

/** A child is there. The one that it replaces only waits for its end. */
export function addChild(sa: Established, child: ChildSa, { settings, lifetime, replaces }: ChildOrigin, fx: Effects): Established {
  const children = new Map(sa.children);
  const old = replaces === undefined ? undefined : children.get(replaces);
  if (old !== undefined) children.set(old.sa.spiIn, { ...old, replaced: true });
  const own = sa.settings.lifetimes.child;
  const seconds = Math.min(own, lifetime);
  const record: ChildRecord = {
    sa: child,
    settings,
    replaced: false,
    ...(own > 0 ? { rekeyAt: fx.now + rekeyDelay(seconds, fx), expireAt: fx.now + seconds * 1000 } : {}),
  };
  armChild(sa, record, fx);
  fx.happen(sa, { kind: 'child-up', child, path: sa.path, ...(old === undefined ? {} : { replaces: old.sa.spiIn }) });
  return { ...sa, children: children.set(child.spiIn, record) };
}

/** Sets the timers of a child, also of one that goes over to another phase 1. */
export function armChild(sa: Established, { sa: { spiIn }, rekeyAt, expireAt }: ChildRecord, fx: Effects): void {
  if (rekeyAt !== undefined) fx.timer(sa, `rekey-child/${spiIn}`, Math.max(0, rekeyAt - fx.now));
  if (expireAt !== undefined) fx.timer(sa, `expire-child/${spiIn}`, Math.max(0, expireAt - fx.now));
}

/** Takes a child away. */
export function removeChild(sa: Established, spiIn: number, by: 'us' | 'peer', fx: Effects): Established {
  if (!sa.children.has(spiIn)) return sa;
  const children = new Map(sa.children);
  children.delete(spiIn);
  fx.registry.releaseChildSpi(spiIn);
  fx.timer(sa, `rekey-child/${spiIn}`);
  fx.timer(sa, `expire-child/${spiIn}`);
  fx.happen(sa, { kind: 'child-down', spiIn, by });
  return { ...sa, children };
}

/** Tells the peer that we no longer receive with these, and takes them away (RFC 2408 §3.15). There is no answer to it. */
export function deleteChildren(sa: Established, spis: readonly number[], fx: Effects): Established {
  let at = sa;
  for (const spiIn of spis) {
    const record = at.children.get(spiIn);
    if (record === undefined) continue;
    sendInformational(at, [out.deletion(record.sa.protocol === 'ah' ? PROTOCOL.AH : PROTOCOL.ESP, [idBytes(spiIn)])], fx);
    at = removeChild(at, spiIn, 'us', fx);
  }
  return at;
}
