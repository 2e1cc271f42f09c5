import type { PayloadCodec } from '../payload-codec.js';
import { V1, V2 } from '../tables/payload-types.js';

/** A request for certificates, RFC 7296 §3.7, RFC 2408 §3.10. */
export interface CertReq {
  /** Certificate encoding asked for. */
  readonly encoding: number;
  /** IKEv2: SHA-1 hashes of the public keys of trusted CAs, one behind the other. IKEv1: the DER name of one CA, or nothing. */
  readonly authority: Uint8Array;
}

export const payload: PayloadCodec<'certreq', CertReq> = {
  name: 'certreq',
  v1: [V1.CR],
  v2: [V2.CERTREQ],
  spec: 'RFC 7296 §3.7, RFC 2408 §3.10',
  decode(r) {
    const encoding = r.u8('certificate encoding');
    return { encoding, authority: r.rest() };
  },
  encode(value, w) {
    w.u8(value.encoding).bytes(value.authority);
  },
};

const SHA1_LENGTH = 20;

/** The CA hashes of an IKEv2 request; undefined when the length does not divide by 20. */
export function authorityHashes(request: CertReq): readonly Uint8Array[] | undefined {
  const { authority } = request;
  if (authority.length % SHA1_LENGTH !== 0) return undefined;
  const hashes: Uint8Array[] = [];
  for (let at = 0; at < authority.length; at += SHA1_LENGTH) hashes.push(authority.subarray(at, at + SHA1_LENGTH));
  return hashes;
}
