import { fromHex } from '../../bytes/hex.js';
import { nameOf, type Registry } from '../../bytes/registry.js';

/** `ping.c`: sent so that the other end and the NATs between hear something. Not to be written into. */
export const PING: Uint8Array = fromHex('2a187bf3641eb4cb07ed2d0a981fc748');
/** `occ.c`: questions about options, MTU and the end, asked over the data channel. */
const OCC = fromHex('287f346bd4ef7a812d56b8d3afc5459c');
const MAGIC_LENGTH = 16;

/** `occ.h`: what the byte behind the magic asks or says. */
export const OCC_REQUEST = 0;
/** The options string follows, with its zero byte. */
export const OCC_REPLY = 1;
/** 16 bits: so many bytes shall come back as OCC_MTU_LOAD. */
export const OCC_MTU_LOAD_REQUEST = 2;
export const OCC_MTU_LOAD = 3;
export const OCC_MTU_REQUEST = 4;
/** Two numbers of 16 bits: the largest packets that came in and went out, bytes. */
export const OCC_MTU_REPLY = 5;
export const OCC_EXIT = 6;

const occNames: Registry = {
  [OCC_REQUEST]: 'OCC_REQUEST',
  [OCC_REPLY]: 'OCC_REPLY',
  [OCC_MTU_LOAD_REQUEST]: 'OCC_MTU_LOAD_REQUEST',
  [OCC_MTU_LOAD]: 'OCC_MTU_LOAD',
  [OCC_MTU_REQUEST]: 'OCC_MTU_REQUEST',
  [OCC_MTU_REPLY]: 'OCC_MTU_REPLY',
  [OCC_EXIT]: 'OCC_EXIT',
};

/** What OpenVPN itself says through the data channel, and not the tunnel's users. */
export type InnerMessage = { readonly kind: 'ping' } | { readonly kind: 'occ'; readonly code: number; readonly body: Uint8Array };

/** Undefined for what belongs to the tunnel's users. `body`: a view. */
export function readInnerMessage(payload: Uint8Array): InnerMessage | undefined {
  const magic = payload[0] === PING[0] ? PING : OCC;
  for (let i = 0; i < MAGIC_LENGTH; i++) if (payload[i] !== magic[i]) return undefined;
  if (magic === PING) return payload.length === MAGIC_LENGTH ? { kind: 'ping' } : undefined;
  const code = payload[MAGIC_LENGTH];
  return code === undefined ? undefined : { kind: 'occ', code, body: payload.subarray(MAGIC_LENGTH + 1) };
}

export function encodeOcc(code: number, body: Uint8Array): Uint8Array {
  const message = new Uint8Array(MAGIC_LENGTH + 1 + body.length);
  message.set(OCC);
  message[MAGIC_LENGTH] = code;
  message.set(body, MAGIC_LENGTH + 1);
  return message;
}

/** `ping`, `OCC_EXIT`, …; undefined for what belongs to the tunnel's users. */
export function innerMessage(payload: Uint8Array): string | undefined {
  const message = readInnerMessage(payload);
  if (message === undefined) return undefined;
  return message.kind === 'ping' ? 'ping' : nameOf(occNames, message.code).replace(/^unknown/, 'OCC unknown');
}
