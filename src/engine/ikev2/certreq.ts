import { digest, type Hash, hashByName } from '../../crypto/hash.js';
import type { OutgoingPayload } from '../../wire/ike/chain.js';
import { CERT_ENCODING } from '../../wire/ike/tables/authentication.js';
import { out } from './payloads.js';
import type { RemoteAuth } from './settings.js';

const SHA1 = hashByName('SHA1') as Hash;

/** CERTREQ for the authorities we trust (RFC 7296 §3.7): SHA-1 of each one's SubjectPublicKeyInfo. Nothing when we trust none. */
export function certificateRequests({ authorities, rawKeys }: RemoteAuth): readonly OutgoingPayload[] {
  const hashes = authorities.map(({ publicKey }) => digest(SHA1, publicKey.export({ type: 'spki', format: 'der' })));
  return [
    ...(hashes.length === 0
      ? []
      : [out.certreq({ encoding: CERT_ENCODING['X.509 Certificate - Signature'], authority: Buffer.concat(hashes) })]),
    ...(rawKeys.length === 0 ? [] : [out.certreq({ encoding: CERT_ENCODING['Raw Public Key'], authority: new Uint8Array(0) })]),
  ];
}
