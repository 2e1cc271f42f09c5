import { ByteReader } from '../../bytes/reader.js';
import { decodeAttributes } from './attribute.js';
import { countedBody } from './counted-body.js';
import { type Lifetime, lifetimesOf } from './lifetime.js';
import type { Notify } from './payloads/notify.js';
import type { NotifyV1 } from './payloads/notify-v1.js';
import { PHASE1, PHASE2 } from './tables/attributes-v1.js';
import { NOTIFY } from './tables/notify.js';
import { NOTIFY_V1 } from './tables/notify-v1.js';
import { PROTOCOL_V1 } from './tables/protocols.js';

/** One announcement of SUPPORTED_AUTH_METHODS, RFC 9593 §3.2. */
export interface AnnouncedAuthMethod {
  readonly method: number;
  /** CERTREQ payload it is tied to, from 1; 0 for all, absent in the short form. */
  readonly certificateLink?: number;
  /** DER AlgorithmIdentifier, where it has one. */
  readonly algorithm?: Uint8Array;
}

/** What stands in the data of a notify; `kind` says which. */
export type NotifyData =
  /** INVALID_KE_PAYLOAD, RFC 7296 §3.10.1: the method wanted instead. */
  | { readonly kind: 'key-exchange'; readonly method: number }
  /** SET_WINDOW_SIZE, RFC 7296 §2.3. */
  | { readonly kind: 'window'; readonly size: number }
  /** NAT_DETECTION_*_IP, RFC 7296 §2.23: SHA-1, 20 bytes. */
  | { readonly kind: 'address-hash'; readonly hash: Uint8Array }
  /** COOKIE, COOKIE2, TICKET_OPAQUE and other data that only its sender reads. */
  | { readonly kind: 'opaque'; readonly data: Uint8Array }
  /** IPCOMP_SUPPORTED, RFC 7296 §3.10.1. */
  | { readonly kind: 'ipcomp'; readonly cpi: number; readonly transform: number }
  /** UNSUPPORTED_CRITICAL_PAYLOAD, RFC 7296 §2.5. */
  | { readonly kind: 'payload-type'; readonly type: number }
  /** INVALID_MESSAGE_ID, RFC 7296 §2.3. */
  | { readonly kind: 'message-id'; readonly messageId: number }
  /** SIGNATURE_HASH_ALGORITHMS, RFC 7427 §4. */
  | { readonly kind: 'hash-algorithms'; readonly ids: readonly number[] }
  /** SECURE_PASSWORD_METHODS, RFC 6467 §3. */
  | { readonly kind: 'password-methods'; readonly ids: readonly number[] }
  /** AUTH_LIFETIME, RFC 4478 §3. */
  | { readonly kind: 'seconds'; readonly seconds: number }
  /** ADDITIONAL_IP4_ADDRESS, ADDITIONAL_IP6_ADDRESS, RFC 4555 §4.2. */
  | { readonly kind: 'address'; readonly address: Uint8Array }
  /** REDIRECT and REDIRECTED_FROM, RFC 5685 §7: the nonce is empty except in an answer to IKE_SA_INIT. */
  | { readonly kind: 'gateway'; readonly type: number; readonly gateway: Uint8Array; readonly nonce: Uint8Array }
  /** TICKET_LT_OPAQUE, RFC 5723 §7.2. */
  | { readonly kind: 'ticket'; readonly lifetime: number; readonly ticket: Uint8Array }
  /** PPK_IDENTITY, RFC 8784 §5.1; PPK_IDENTITY_KEY of RFC 9867 has a confirmation behind it. */
  | { readonly kind: 'ppk'; readonly type: number; readonly identity: Uint8Array }
  /** PUZZLE, RFC 8019 §8.1. */
  | { readonly kind: 'puzzle'; readonly prf: number; readonly difficulty: number }
  /** IKEV2_MESSAGE_ID_SYNC, RFC 6311 §5.2. */
  | { readonly kind: 'message-id-sync'; readonly nonce: number; readonly expectSend: number; readonly expectReceive: number }
  /** SUPPORTED_AUTH_METHODS, RFC 9593 §3.2. */
  | { readonly kind: 'auth-methods'; readonly methods: readonly AnnouncedAuthMethod[] }
  /** IKEv1 R-U-THERE and its answer, RFC 3706 §5.3. */
  | { readonly kind: 'dpd'; readonly sequence: number }
  /** IKEv1 RESPONDER-LIFETIME, RFC 2407 §4.6.3.1. */
  | { readonly kind: 'lifetimes'; readonly lifetimes: readonly Lifetime[] }
  /** IKEv1 REPLAY-STATUS, RFC 2407 §4.6.3.2. */
  | { readonly kind: 'replay'; readonly enabled: boolean };

function u16List(r: ByteReader, field: string): readonly number[] {
  const ids: number[] = [];
  while (r.remaining > 0) ids.push(r.u16(field));
  return ids;
}

/** Three forms by length: method; link and method; link, method and algorithm. */
function announcedMethods(r: ByteReader): readonly AnnouncedAuthMethod[] {
  const methods: AnnouncedAuthMethod[] = [];
  while (r.remaining > 0) {
    const body = countedBody(r, r.u8('announcement length'), 1, 'announcement');
    if (body.remaining === 1) {
      methods.push({ method: body.u8('auth method') });
      continue;
    }
    const certificateLink = body.u8('Cert Link');
    const method = body.u8('auth method');
    methods.push(body.remaining === 0 ? { method, certificateLink } : { method, certificateLink, algorithm: body.rest() });
  }
  return methods;
}

function gateway(r: ByteReader): NotifyData {
  const type = r.u8('gateway identity type');
  const identity = r.bytes(r.u8('gateway identity length'), 'gateway identity');
  return { kind: 'gateway', type, gateway: identity, nonce: r.rest() };
}

/** Reads the data of a known IKEv2 notify; undefined when its type has none. Throws `DecodeError` when it is too short. */
export function decodeNotifyData(notify: Notify): NotifyData | undefined {
  const r = new ByteReader(notify.data);
  switch (notify.type) {
    case NOTIFY.INVALID_KE_PAYLOAD:
      return { kind: 'key-exchange', method: r.u16('key exchange method') };
    case NOTIFY.UNSUPPORTED_CRITICAL_PAYLOAD:
      return { kind: 'payload-type', type: r.u8('payload type') };
    case NOTIFY.INVALID_MESSAGE_ID:
      return { kind: 'message-id', messageId: r.u32('message ID') };
    case NOTIFY.SET_WINDOW_SIZE:
      return { kind: 'window', size: r.u32('window size') };
    case NOTIFY.IPCOMP_SUPPORTED:
      return { kind: 'ipcomp', cpi: r.u16('CPI'), transform: r.u8('IPComp transform') };
    case NOTIFY.NAT_DETECTION_SOURCE_IP:
    case NOTIFY.NAT_DETECTION_DESTINATION_IP:
      return { kind: 'address-hash', hash: r.rest() };
    case NOTIFY.ADDITIONAL_IP4_ADDRESS:
      return { kind: 'address', address: r.bytes(4, 'address') };
    case NOTIFY.ADDITIONAL_IP6_ADDRESS:
      return { kind: 'address', address: r.bytes(16, 'address') };
    case NOTIFY.AUTH_LIFETIME:
      return { kind: 'seconds', seconds: r.u32('lifetime') };
    case NOTIFY.REDIRECT:
    case NOTIFY.REDIRECTED_FROM:
      return gateway(r);
    case NOTIFY.TICKET_LT_OPAQUE:
      return { kind: 'ticket', lifetime: r.u32('lifetime'), ticket: r.rest() };
    case NOTIFY.IKEV2_MESSAGE_ID_SYNC:
      return {
        kind: 'message-id-sync',
        nonce: r.u32('nonce'),
        expectSend: r.u32('expected send message ID'),
        expectReceive: r.u32('expected receive message ID'),
      };
    case NOTIFY.SECURE_PASSWORD_METHODS:
      return { kind: 'password-methods', ids: u16List(r, 'method') };
    case NOTIFY.SIGNATURE_HASH_ALGORITHMS:
      return { kind: 'hash-algorithms', ids: u16List(r, 'hash algorithm') };
    case NOTIFY.PUZZLE:
      return { kind: 'puzzle', prf: r.u16('PRF'), difficulty: r.u8('difficulty') };
    case NOTIFY.PPK_IDENTITY:
    case NOTIFY.PPK_IDENTITY_KEY:
      return { kind: 'ppk', type: r.u8('PPK ID type'), identity: r.rest() };
    case NOTIFY.SUPPORTED_AUTH_METHODS:
      return { kind: 'auth-methods', methods: announcedMethods(r) };
    default:
      return r.remaining === 0 ? undefined : { kind: 'opaque', data: r.rest() };
  }
}

/** The same for IKEv1. */
export function decodeNotifyDataV1(notify: NotifyV1): NotifyData | undefined {
  const r = new ByteReader(notify.data);
  switch (notify.type) {
    case NOTIFY_V1['R-U-THERE']:
    case NOTIFY_V1['R-U-THERE-ACK']:
      return { kind: 'dpd', sequence: r.u32('sequence number') };
    case NOTIFY_V1['RESPONDER-LIFETIME']: {
      const typeClass = notify.protocol === PROTOCOL_V1.IKE ? PHASE1.LIFE_TYPE : PHASE2.SA_LIFE_TYPE;
      return { kind: 'lifetimes', lifetimes: lifetimesOf(decodeAttributes(r), typeClass) };
    }
    case NOTIFY_V1['REPLAY-STATUS']:
      return { kind: 'replay', enabled: r.u32('replay status') !== 0 };
    default:
      return r.remaining === 0 ? undefined : { kind: 'opaque', data: r.rest() };
  }
}
