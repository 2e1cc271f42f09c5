import { timingSafeEqual } from 'node:crypto';
import { DecodeError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import { ByteWriter } from '../../bytes/writer.js';
import { prepareTlsCrypt, tlsAuthMac, unwrapClientKey } from '../../keymat/openvpn-control.js';
import { halvesOf, type KeyHalf, type StaticKey } from '../../keymat/openvpn-static-key.js';
import { decodeControlMessage, encodeControlMessage } from '../../wire/openvpn/control.js';
import {
  type ControlEnvelope,
  decodeCryptEnvelope,
  decodeOpenEnvelope,
  encodeOpenHeader,
  encodeReplayId,
  type ReplayId,
  TLS_CRYPT_TAG_LENGTH,
} from '../../wire/openvpn/envelope.js';
import { P_CONTROL_HARD_RESET_CLIENT_V3, P_CONTROL_WKC_V1 } from '../../wire/openvpn/opcodes.js';
import { controlShapes } from '../../wire/openvpn/recognise.js';
import type { ControlPacket } from './control-packet.js';
import type { ControlWrapping } from './settings.js';

/** A packet whose wrapping fits, or why it does not. */
export type Opened =
  | {
      readonly ok: true;
      readonly packet: ControlPacket;
      readonly replay: ReplayId | undefined;
      /** Server of `tls-crypt-v2`: what this client's packets are wrapped with, and what stood beside its key. */
      readonly client?: { readonly wrapping: Wrapping; readonly metadata: Uint8Array };
    }
  | { readonly ok: false; readonly code: 'malformed' | 'wrapping' | 'wrapped-key'; readonly reason: string };

/** What stands around control packets, for one end. Keeps nothing of a session: `ReplayIds` does. */
export interface Wrapping {
  /** In words: `tls-auth with SHA256, key direction 1`. */
  readonly name: string;
  /** The key that dynamic `tls-crypt` is mixed with. */
  readonly cryptKey?: StaticKey;
  /** Bytes in front of and behind the message, opcode and session id apart. */
  readonly overhead: number;
  /** Bytes more in a packet that carries the client's key. */
  readonly wrappedKeyLength: number;
  seal(packet: ControlPacket, replay: ReplayId): Uint8Array;
  /** Never throws for what it is given. */
  open(bytes: Uint8Array): Opened;
}

const REPLAY_ID_LENGTH = 8;
const NO_BYTES = new Uint8Array(0);

/** @param role whose end it is: `tls-crypt` has a half of the key for each */
export function prepareWrapping(wrapping: ControlWrapping, role: 'client' | 'server'): Wrapping {
  switch (wrapping.kind) {
    case 'none':
      return open('no wrapping', (bytes) => decodeOpenEnvelope(new ByteReader(bytes), 0));
    case 'tls-auth':
      return tlsAuth(wrapping);
    case 'tls-crypt':
      return tlsCrypt('tls-crypt', wrapping.key, role);
    case 'tls-crypt-v2-client':
      return tlsCrypt('tls-crypt-v2', wrapping.key, role, wrapping.wrapped);
    case 'tls-crypt-v2-server':
      return clientKeys(wrapping.serverKey);
  }
}

/** `tls-crypt` with a key that the TLS session made, for renegotiations. */
export function dynamicWrapping(key: StaticKey, role: 'client' | 'server'): Wrapping {
  return tlsCrypt('dynamic tls-crypt', key, role);
}

function open(name: string, decode: (bytes: Uint8Array) => ControlEnvelope): Wrapping {
  return {
    name,
    overhead: 0,
    wrappedKeyLength: 0,
    seal: (packet) => {
      const writer = new ByteWriter(64 + packet.payload.length);
      encodeOpenHeader(packet, writer);
      encodeControlMessage(packet, writer);
      return writer.finish();
    },
    open: (bytes) =>
      guarded(bytes, () => {
        const envelope = decode(bytes);
        return { ok: true, packet: packetOf(envelope, envelope.body), replay: undefined };
      }),
  };
}

function tlsAuth({ key, direction, digest }: Extract<ControlWrapping, { kind: 'tls-auth' }>): Wrapping {
  const { send, receive } = halvesOf(key, direction);
  const sign = tlsAuthMac(digest, send);
  const verify = tlsAuthMac(digest, receive);
  const name = `tls-auth with ${digest.name}${direction === undefined ? '' : `, key direction ${direction}`}`;
  return {
    name,
    cryptKey: key,
    overhead: digest.length + REPLAY_ID_LENGTH,
    wrappedKeyLength: 0,
    seal: (packet, replay) => {
      const message = messageBytes(packet);
      const writer = new ByteWriter(128 + message.length);
      encodeOpenHeader(packet, writer);
      writer.bytes(sign(packet, replay, message));
      encodeReplayId(replay, writer);
      return writer.bytes(message).finish();
    },
    open: (bytes) =>
      guarded(bytes, () => {
        const envelope = decodeOpenEnvelope(new ByteReader(bytes), digest.length);
        const { replay, body, mac } = envelope;
        if (replay === undefined || !timingSafeEqual(mac, verify(envelope, replay, body))) return misfit('HMAC', name, bytes);
        return { ok: true, packet: packetOf(envelope, body), replay };
      }),
  };
}

function tlsCrypt(name: string, key: StaticKey, role: 'client' | 'server', wrappedKey: Uint8Array = NO_BYTES): Wrapping {
  const [ofServer, ofClient] = key.halves.map((half) => prepareTlsCrypt(half)) as [
    ReturnType<typeof prepareTlsCrypt>,
    ReturnType<typeof prepareTlsCrypt>,
  ];
  const [send, receive] = role === 'server' ? [ofServer, ofClient] : [ofClient, ofServer];
  return {
    name,
    cryptKey: key,
    overhead: REPLAY_ID_LENGTH + TLS_CRYPT_TAG_LENGTH,
    wrappedKeyLength: wrappedKey.length,
    seal: (packet, replay) => {
      const { tag, body } = send.seal(packet, replay, messageBytes(packet));
      const writer = new ByteWriter(128 + body.length + wrappedKey.length);
      encodeOpenHeader(packet, writer);
      encodeReplayId(replay, writer);
      writer.bytes(tag).bytes(body);
      return carriesKey(packet.opcode) ? writer.bytes(wrappedKey).finish() : writer.finish();
    },
    open: (bytes) =>
      guarded(bytes, () => {
        const envelope = decodeCryptEnvelope(new ByteReader(bytes));
        const { replay, mac, body } = envelope;
        const message = replay === undefined ? undefined : receive.open(envelope, replay, mac, body);
        if (message === undefined) return misfit('tag', name, bytes);
        return { ok: true, packet: packetOf(envelope, message), replay };
      }),
  };
}

/** A server of `tls-crypt-v2`: every client has a key of its own, and brings it along in its first packets. */
function clientKeys(serverKey: KeyHalf): Wrapping {
  const name = 'tls-crypt-v2';
  return {
    name,
    overhead: REPLAY_ID_LENGTH + TLS_CRYPT_TAG_LENGTH,
    wrappedKeyLength: 0,
    // Without the client's key there is nothing to seal with.
    seal: () => NO_BYTES,
    open: (bytes) =>
      guarded(bytes, () => {
        const { wrappedKey } = decodeCryptEnvelope(new ByteReader(bytes));
        if (wrappedKey === undefined) {
          return {
            ok: false,
            code: 'wrapped-key',
            reason: `a packet without the client's key, which tls-crypt-v2 needs${shapeWords(bytes)}`,
          };
        }
        const client = unwrapClientKey(serverKey, wrappedKey);
        if (client === undefined) {
          return {
            ok: false,
            code: 'wrapped-key',
            reason: 'the client key of tls-crypt-v2 was not made with our server key, or was altered',
          };
        }
        const wrapping = tlsCrypt(name, client.key, 'server');
        const opened = wrapping.open(bytes);
        return opened.ok ? { ...opened, client: { wrapping, metadata: Uint8Array.from(client.metadata) } } : opened;
      }),
  };
}

/** Packets at whose end the wrapped client key stands. */
function carriesKey(opcode: number): boolean {
  return opcode === P_CONTROL_HARD_RESET_CLIENT_V3 || opcode === P_CONTROL_WKC_V1;
}

function messageBytes(packet: ControlPacket): Uint8Array {
  const writer = new ByteWriter(64 + packet.payload.length);
  encodeControlMessage(packet, writer);
  return writer.finish();
}

function packetOf({ opcode, keyId, sessionId }: ControlEnvelope, message: Uint8Array): ControlPacket {
  return { opcode, keyId, sessionId, ...decodeControlMessage(new ByteReader(message), opcode) };
}

function misfit(what: 'HMAC' | 'tag', name: string, bytes: Uint8Array): Opened {
  return { ok: false, code: 'wrapping', reason: `the ${what} does not fit our key (${name})${shapeWords(bytes)}` };
}

/** What the packet looks like, where it does not look like ours: the peer may be set up for another wrapping. */
function shapeWords(bytes: Uint8Array): string {
  const shapes = controlShapes(bytes).map(({ wrapping, hmacLength }) =>
    wrapping === 'tls-auth' ? `tls-auth with an HMAC of ${hmacLength} bytes` : wrapping === 'none' ? 'no wrapping' : wrapping,
  );
  return shapes.length === 0 ? '' : `; it has the form of ${shapes.join(', or ')}`;
}

function guarded(bytes: Uint8Array, decode: () => Opened): Opened {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { ok: false, code: 'malformed', reason: `${error.message}${shapeWords(bytes)}` };
  }
}
