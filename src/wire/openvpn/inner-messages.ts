import { fromHex, toHex } from '../../bytes/hex.js';

/** `ping.c`: sent so that the other end and the NATs between hear something. */
const PING = toHex(fromHex('2a187bf3641eb4cb07ed2d0a981fc748'));
/** `occ.c`: questions about options, MTU and the end, asked over the data channel. */
const OCC = toHex(fromHex('287f346bd4ef7a812d56b8d3afc5459c'));
const MAGIC_LENGTH = 16;

/** `occ.h`: what the byte behind the magic asks or says. */
const OCC_NAMES: Readonly<Record<number, string>> = {
  0: 'OCC_REQUEST',
  1: 'OCC_REPLY',
  2: 'OCC_MTU_REQUEST',
  3: 'OCC_MTU_REPLY',
  4: 'OCC_MTU_LOAD_REQUEST',
  5: 'OCC_MTU_LOAD',
  6: 'OCC_EXIT',
};

/** What OpenVPN itself says through the data channel: `ping`, `OCC_EXIT`, …; undefined for what belongs to the tunnel's users. */
export function innerMessage(payload: Uint8Array): string | undefined {
  if (payload.length < MAGIC_LENGTH) return undefined;
  // Cheap first: both begin with bytes that no IP packet does.
  if (payload[0] !== 0x2a && payload[0] !== 0x28) return undefined;
  const magic = toHex(payload.subarray(0, MAGIC_LENGTH));
  if (magic === PING && payload.length === MAGIC_LENGTH) return 'ping';
  if (magic !== OCC) return undefined;
  const code = payload[MAGIC_LENGTH];
  return code === undefined ? undefined : (OCC_NAMES[code] ?? `OCC unknown (${code})`);
}
