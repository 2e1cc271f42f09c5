import { DecodeError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import type { ReplayId } from '../../wire/openvpn/envelope.js';

/** A client of `tls-crypt-v2` that counts from here says that it can bring its key once more (`EARLY_NEG_START`, `ssl_pkt.h`). */
export const EARLY_NEGOTIATION = 0x0f00_0000;
const EARLY_MASK = 0xff00_0000;

/** TLV in the payload of a server's reset: flags, of which bit 0 asks for the wrapped key again. */
const TLV_EARLY_FLAGS = 1;
const RESEND_WRAPPED_KEY = 1;

/** Payload of the reset of a server that has kept nothing. */
export const WRAPPED_KEY_AGAIN = Uint8Array.of(0, TLV_EARLY_FLAGS, 0, 2, 0, RESEND_WRAPPED_KEY);

/** Whether the client can bring its key once more. */
export function knowsEarlyNegotiation(replay: ReplayId | undefined): boolean {
  return replay !== undefined && (replay.packetId & EARLY_MASK) === EARLY_NEGOTIATION;
}

/** Whether a server asks for the wrapped key again. What is no TLV asks for nothing. */
export function asksForWrappedKey(payload: Uint8Array): boolean {
  const reader = new ByteReader(payload);
  try {
    while (reader.remaining > 0) {
      const type = reader.u16('TLV type');
      const value = reader.sub(reader.u16('TLV length'), 'TLV');
      if (type === TLV_EARLY_FLAGS && (value.u16('early negotiation flags') & RESEND_WRAPPED_KEY) !== 0) return true;
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
  return false;
}
