import { ByteWriter } from '../../bytes/writer.js';
import type { OpenvpnCipher } from '../../keymat/openvpn-algorithms.js';
import { deriveKeyMethod2, dynamicTlsCryptKey } from '../../keymat/openvpn-prf.js';
import { type StaticKey, splitStaticKey } from '../../keymat/openvpn-static-key.js';
import type { KeyMethodMessage } from '../../wire/openvpn/key-method.js';
import type { DataKeys } from './data-keys.js';
import type { TunnelParameters } from './happenings.js';
import type { Negotiation } from './negotiation.js';
import type { TlsSettings } from './settings.js';

/** What both ends have agreed on for the data channel; the same for all keys of a session. */
export interface Agreement {
  readonly cipher: OpenvpnCipher | undefined;
  readonly exporter: boolean;
  readonly dynamicTlsCrypt: boolean;
  /** Epoch keys of 2.7. */
  readonly epochs: boolean;
  readonly controlExit: boolean;
  /** How often we say that we leave; 0: not at all. */
  readonly explicitExitNotify: number;
  readonly parameters: TunnelParameters;
}

/** Session ids of both ends. */
export interface SessionIds {
  readonly localId: bigint;
  readonly remoteId: bigint | undefined;
}

/** Which of what TLS exported is for what (tls-start.ts). */
const EXPORTED = { data: 0, dynamicCrypt: 1 } as const;

/** Data channel keys of a negotiation in which both ends have said theirs. */
export function makeDataKeys(settings: TlsSettings, ids: SessionIds, negotiation: Negotiation, agreement: Agreement): DataKeys {
  const { cipher, exporter, epochs, parameters } = agreement;
  const exported = exporter ? negotiation.exported[EXPORTED.data] : undefined;
  const key = exported === undefined ? keysOfMethod2(settings, ids, negotiation) : splitStaticKey(exported);
  const [ofClient, ofServer] = key.halves;
  const { peerId, compression } = parameters;
  const isClient = settings.role === 'client';
  return {
    keyId: negotiation.keyId,
    ...(peerId !== undefined && { peerId }),
    cipher,
    digest: cipher?.kind === 'aead' ? undefined : settings.auth,
    send: isClient ? ofClient : ofServer,
    receive: isClient ? ofServer : ofClient,
    compression,
    fragment: settings.fragment !== undefined,
    derivation: exported === undefined ? 'key method 2' : 'exporter',
    ...(epochs && { epochs }),
  };
}

function keysOfMethod2({ role }: TlsSettings, { localId, remoteId }: SessionIds, { ours, theirs }: Negotiation): StaticKey {
  const mine = sourceOf(ours, localId);
  const others = sourceOf(theirs, remoteId);
  const [client, server] = role === 'client' ? [mine, others] : [others, mine];
  return deriveKeyMethod2({ preMaster: (role === 'client' ? ours : theirs)?.preMaster ?? new Uint8Array(0), client, server });
}

function sourceOf(message: KeyMethodMessage | undefined, id: bigint | undefined) {
  const { random1 = new Uint8Array(0), random2 = new Uint8Array(0) } = message ?? {};
  return { random1, random2, sessionId: new ByteWriter(8).u64(id ?? 0n).finish() };
}

/** The key that renegotiations are wrapped with, where both ends know dynamic `tls-crypt`. */
export function dynamicKeyOf(
  negotiation: Negotiation,
  { dynamicTlsCrypt }: Agreement,
  original: StaticKey | undefined,
): StaticKey | undefined {
  const exported = negotiation.exported[EXPORTED.dynamicCrypt];
  return dynamicTlsCrypt && exported !== undefined ? dynamicTlsCryptKey(exported, original) : undefined;
}
