import { toHex } from '../../bytes/hex.js';
import type { IkeSaId } from './happenings.js';

/** The SPIs of an IKE SA in hex, as happenings name it. */
export function saId(sa: { readonly spiI: Uint8Array; readonly spiR: Uint8Array }): IkeSaId {
  return { spiI: toHex(sa.spiI), spiR: toHex(sa.spiR) };
}
