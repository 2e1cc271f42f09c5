import type { Certificate } from '../../host/certificates.js';
import type { Credential } from './credentials.js';

/** No chain is longer. */
const MAX_CHAIN = 10;

/** `2026-01-02 03:04`, in UTC. */
export const dateText = (date: Date) => date.toISOString().replace('T', ' ').slice(0, 16);

/** The certificate itself; undefined where it could not be read. */
export function leafOf({ certificates }: Credential): Certificate | undefined {
  return certificates.ok ? certificates.value[0] : undefined;
}

/** The certificates from a certificate to an authority that signed itself, as far as they are there. */
export function chainOf(leaf: Certificate, candidates: readonly Certificate[]): readonly Certificate[] {
  const chain = [leaf];
  for (let current = leaf; !current.isSelfSigned && chain.length < MAX_CHAIN; ) {
    const issuer = candidates.find((candidate) => !chain.includes(candidate) && isIssuedBy(current, candidate));
    if (issuer === undefined) break;
    chain.push(issuer);
    current = issuer;
  }
  return chain;
}

function isIssuedBy({ x509 }: Certificate, issuer: Certificate): boolean {
  try {
    return x509.checkIssued(issuer.x509) && x509.verify(issuer.x509.publicKey);
  } catch {
    // An algorithm that OpenSSL does not have here.
    return false;
  }
}

/** Who may have issued a certificate: what its file holds besides, and the authorities. */
export function candidatesOf({ certificates, authorities }: Credential): readonly Certificate[] {
  return [...(certificates.ok ? certificates.value.slice(1) : []), ...authorities.certificates];
}
