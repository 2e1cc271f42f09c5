import { authorityHash } from '../../../crypto/certificates/certificate-text.js';
import { authorityHashes, type CertReq } from '../../../wire/ike/payloads/certreq.js';
import { CERT_ENCODING } from '../../../wire/ike/tables/authentication.js';
import type { RemoteAuth } from '../../ike/settings.js';

/** Authorities of one request; more would fill a packet with hashes. */
const MAX_AUTHORITIES = 64;

/**
 * CERTREQ payloads for what we can check: the authorities we trust (RFC 7296 §3.7), and raw public keys (RFC 7670 §3). A probe that
 * takes what comes asks without naming an authority: peers that send certificates when asked only need it.
 */
export function certificateRequests(remote: RemoteAuth): readonly CertReq[] {
  const authority = Buffer.concat(remote.authorities.slice(0, MAX_AUTHORITIES).map(authorityHash));
  const wantsCertificate = remote.authorities.length > 0 || (remote.acceptUnverified && remote.rawKeys.length === 0);
  return [
    ...(wantsCertificate ? [{ encoding: CERT_ENCODING['X.509 Certificate - Signature'], authority }] : []),
    ...(remote.rawKeys.length > 0 ? [{ encoding: CERT_ENCODING['Raw Public Key'], authority: new Uint8Array(0) }] : []),
  ];
}

/** Hashes of the authorities that the peer named in its requests; a request whose length is odd names none. */
export function requestedAuthorities(requests: readonly CertReq[]): readonly Uint8Array[] {
  return requests
    .filter(({ encoding }) => encoding === CERT_ENCODING['X.509 Certificate - Signature'])
    .flatMap((request) => authorityHashes(request) ?? []);
}
