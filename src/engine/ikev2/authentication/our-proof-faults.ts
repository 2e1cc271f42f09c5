import { createPublicKey, X509Certificate } from 'node:crypto';
import { toHex } from '../../../bytes/hex.js';
import { findCertificatePath } from '../../../crypto/certificates/certificate-path.js';
import { authorityHash, certificateNames, nameText } from '../../../crypto/certificates/certificate-text.js';
import { confirmsIdentity } from '../../../crypto/certificates/confirms-identity.js';
import { keyText } from '../../../crypto/key-text.js';
import { identityText } from '../../../wire/ike/identity-facts.js';
import type { Id } from '../../../wire/ike/payloads/id.js';
import type { LocalAuth } from '../../ike/settings.js';
import type { Refusal } from '../../refusal.js';

/** What is known of our proof and of the peer before it answers. */
export interface OurProofCase {
  readonly local: LocalAuth;
  readonly id: Id;
  /** Authorities that the peer named with CERTREQ, as `PeerAbilities.requested`. */
  readonly requested: readonly Uint8Array[];
  /** Certificates of authorities that we have: ours may be among them. */
  readonly authorities: readonly X509Certificate[];
  /** Milliseconds since 1970. */
  readonly date: number;
}

type Fault = Pick<Refusal, 'code' | 'text' | 'ours' | 'theirs'>;

/**
 * Why a peer would refuse our certificate, as far as we can see it ourselves: AUTHENTICATION_FAILED tells nothing (RFC 7296 §2.21.2).
 * Empty where we see nothing wrong.
 * @throws DecodeError for a certificate of our own that is none
 */
export function faultsOfOurProof({ local, id, requested, authorities, date }: OurProofCase): readonly Fault[] {
  if (local.method !== 'signature' || local.raw === true) return [];
  const [own, ...others] = local.certificates.map((der) => new X509Certificate(der));
  if (own === undefined) return [];
  const faults: Fault[] = [];
  if (!own.checkPrivateKey(local.key)) {
    const text = `our private key does not belong to our certificate of ${nameText(own.subject)}`;
    faults.push({
      code: 'certificate-key-mismatch',
      text,
      ours: `${keyText(createPublicKey(local.key))} beside a certificate for another key`,
    });
  }
  const found = findCertificatePath({ end: own, intermediates: others, authorities, revocationLists: [], date });
  // Whether the peer trusts our authority is not for us to know.
  if (!found.ok && found.fault.code !== 'issuer-unknown') {
    const { code, text, ours, theirs } = found.fault;
    faults.push({ code: `certificate-${code}`, text: `our own certificate: ${text}`, ours: theirs, theirs: ours });
  }
  if (!confirmsIdentity(own, id.type, id.data)) {
    const name = identityText(id.type, id.data);
    faults.push({
      code: 'identity-mismatch',
      text: `we call ourselves "${name}", our certificate is for ${certificateNames(own).join(', ')}`,
      ours: `"${name}"`,
    });
  }
  const chain = found.ok ? found.path : [own, ...others];
  return isAskedFor(chain, requested, found.ok) ? faults : [...faults, notAskedFor(own, chain, requested)];
}

/** Peers name the authorities that they trust; without a whole chain we cannot tell whether ours is among them. */
function isAskedFor(chain: readonly X509Certificate[], requested: readonly Uint8Array[], isWhole: boolean): boolean {
  if (requested.length === 0 || !isWhole) return true;
  const known = new Set(requested.map(toHex));
  return chain.some((certificate) => known.has(toHex(authorityHash(certificate))));
}

function notAskedFor(own: X509Certificate, chain: readonly X509Certificate[], requested: readonly Uint8Array[]): Fault {
  const authority = nameText(chain.at(-1)?.subject ?? own.issuer);
  const many = requested.length === 1 ? 'another authority' : `${requested.length} other authorities`;
  return {
    code: 'certificate-untrusted',
    text: `the peer asked for certificates of ${many}, ours is of ${authority}: it may not trust that one`,
    ours: authority,
    theirs: `authorities whose keys have the SHA-1 ${requested.slice(0, 4).map(toHex).join(', ')}${requested.length > 4 ? ', …' : ''}`,
  };
}
