import { toHex } from '../../bytes/hex.js';

/** One IKE SA by its SPIs, 8 bytes each in hex; the responder's is zeroes before the first answer. In IKEv1 they are the cookies. */
export interface IkeSaId {
  readonly spiI: string;
  readonly spiR: string;
}

/** What names an IKE SA on the wire. */
export interface SaSpis {
  readonly spiI: Uint8Array;
  readonly spiR: Uint8Array;
}

/** Where something belongs to no IKE SA. */
export const NOBODY: SaSpis = { spiI: new Uint8Array(8), spiR: new Uint8Array(8) };

/** The SPIs of an IKE SA in hex, as happenings name it. */
export function saId({ spiI, spiR }: SaSpis): IkeSaId {
  return { spiI: toHex(spiI), spiR: toHex(spiR) };
}
