import { saKeyLength, splitSaKeys } from '../../keymat/esp.js';
import { quickModeKeymat } from '../../keymat/ikev1.js';
import type { AddressSelector } from '../../wire/ike/payloads/ts.js';
import { PROTOCOL } from '../../wire/ike/tables/protocols.js';
import type { AhLayer, ChildSa } from '../child-sa.js';
import { armChildTimers, type ChildRecord, removeChild } from '../ike/children.js';
import { rekeyDelay } from '../ike/rekey-delay.js';
import type { ChildSuite } from '../ike/suite.js';
import type { Effects } from './effects.js';
import { out } from './payloads.js';
import type { PeerFacts } from './peer-facts.js';
import type { PacketForm, Phase2Lifetime } from './phase2-suite.js';
import { idBytes, sendInformational } from './send-informational.js';
import type { ChildOrigin, Established } from './state.js';

/** All of a child but its keys. */
export interface ChildPlan {
  readonly spiIn: number;
  readonly spiOut: number;
  readonly form: PacketForm;
  readonly local: AddressSelector;
  readonly remote: AddressSelector;
  /** The peer's SPI of AH around ESP; ours is that of ESP. */
  readonly ahSpiOut?: number;
  readonly compression?: NonNullable<ChildSa['compression']>;
  readonly lifetime: Phase2Lifetime;
}

/** What protects packets: ESP or AH, and AH around ESP. */
export interface QuickSuite {
  readonly main: ChildSuite;
  readonly ah?: ChildSuite;
}

export interface QuickValues {
  readonly nonceI: Uint8Array;
  readonly nonceR: Uint8Array;
  /** g^xy of the quick mode, with PFS. */
  readonly shared?: Uint8Array;
}

/** Of ESP behind a NAT: on port 4500, or beside IKE where the peer knows no other. */
export function encapsulationOf({ nat }: PeerFacts): 'udp' | 'udp-ike' {
  return nat?.floats === false ? 'udp-ike' : 'udp';
}

/** Makes the keys (RFC 2409 §5.5): each direction of each protocol has its own KEYMAT, by the SPI of its receiver. */
export function makeChild({ suite, keys, peer }: Established, plan: ChildPlan, child: QuickSuite, values: QuickValues): ChildSa {
  const { nonceI, nonceR, shared } = values;
  const keyed = ({ cipher, keyLength, integrity, protocol, esn }: ChildSuite, spiOut: number): AhLayer => {
    const length = saKeyLength(cipher, keyLength, integrity);
    const keysOf = (spi: number) =>
      splitSaKeys(
        quickModeKeymat(suite.prf, keys.skeyidD.reveal(), protocol, idBytes(spi), nonceI, nonceR, length, shared),
        cipher,
        keyLength,
        integrity,
      );
    return { spiIn: plan.spiIn, spiOut, integrity: integrity.name, esn, keysIn: keysOf(plan.spiIn), keysOut: keysOf(spiOut) };
  };
  const { main, ah } = child;
  const { form, compression, ahSpiOut, lifetime } = plan;
  return {
    protocol: main.protocol === PROTOCOL.AH ? 'ah' : 'esp',
    ...keyed(main, plan.spiOut),
    ...(main.cipher === undefined ? {} : { encryption: main.cipher.name }),
    keyLength: main.keyLength,
    mode: form.mode,
    localSelectors: [plan.local],
    remoteSelectors: [plan.remote],
    // AH has no form in UDP (RFC 3948 is ESP's).
    encapsulation: form.udp && main.protocol !== PROTOCOL.AH && ah === undefined ? encapsulationOf(peer) : 'none',
    ...(compression === undefined ? {} : { compression }),
    ...(ah === undefined || ahSpiOut === undefined ? {} : { ah: keyed(ah, ahSpiOut) }),
    ...(lifetime.kilobytes === undefined ? {} : { kilobytes: lifetime.kilobytes }),
    noTfcPadding: false,
    ...(main.keyExchange === undefined ? {} : { pfsGroup: main.keyExchange.ikev2 }),
  };
}

/** A child is there. The one that it replaces only waits for its end. */
export function addChild(sa: Established, child: ChildSa, { settings, lifetime, replaces }: ChildOrigin, fx: Effects): Established {
  const children = new Map(sa.children);
  const old = replaces === undefined ? undefined : children.get(replaces);
  if (old !== undefined) children.set(old.sa.spiIn, { ...old, replaced: true });
  const own = sa.settings.lifetimes.child;
  const seconds = Math.min(own, lifetime.seconds ?? own);
  const record: ChildRecord = {
    sa: child,
    settings,
    replaced: false,
    ...(own > 0 ? { rekeyAt: fx.now + rekeyDelay(seconds, fx), expireAt: fx.now + seconds * 1000 } : {}),
  };
  armChildTimers(sa, record, fx);
  fx.happen(sa, { kind: 'child-up', child, path: sa.path, ...(old === undefined ? {} : { replaces: old.sa.spiIn }) });
  return { ...sa, children: children.set(child.spiIn, record) };
}

/** Tells the peer that we no longer receive with these, and takes them away (RFC 2408 §3.15). There is no answer to it. */
export function deleteChildren(sa: Established, spis: readonly number[], fx: Effects): Established {
  let at = sa;
  for (const spiIn of spis) {
    const record = at.children.get(spiIn);
    if (record === undefined) continue;
    sendDeletion(at, record.sa, fx);
    at = removeChild(at, spiIn, 'us', fx);
  }
  return at;
}

/** Says that we no longer receive with the SPIs of a child; CPIs go with them. */
export function sendDeletion(sa: Established, { protocol, spiIn, ah }: ChildSa, fx: Effects): void {
  const protocols = protocol === 'ah' ? [PROTOCOL.AH] : ah === undefined ? [PROTOCOL.ESP] : [PROTOCOL.AH, PROTOCOL.ESP];
  sendInformational(
    sa,
    protocols.map((one) => out.deletion(one, [idBytes(spiIn)])),
    fx,
  );
}
