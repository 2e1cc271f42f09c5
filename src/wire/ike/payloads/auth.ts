import { ByteReader } from '../../../bytes/reader.js';
import type { PayloadCodec } from '../payload-codec.js';
import { V2 } from '../tables/payload-types.js';

/** Proof of identity, RFC 7296 §3.8. */
export interface Auth {
  readonly method: number;
  readonly data: Uint8Array;
}

export const payload: PayloadCodec<'auth', Auth> = {
  name: 'auth',
  v2: [V2.AUTH],
  spec: 'RFC 7296 §3.8',
  decode(r) {
    const method = r.u8('auth method');
    r.skip(3, 'reserved');
    return { method, data: r.rest() };
  },
  encode(value, w) {
    w.u8(value.method).zeros(3).bytes(value.data);
  },
};

/** The two parts of the data of method 14, RFC 7427 §3: the DER AlgorithmIdentifier and the signature. Throws `DecodeError`. */
export function splitDigitalSignature(auth: Auth): { readonly algorithm: Uint8Array; readonly signature: Uint8Array } {
  const r = new ByteReader(auth.data);
  const algorithm = r.bytes(r.u8('ASN.1 length'), 'AlgorithmIdentifier');
  return { algorithm, signature: r.rest() };
}
