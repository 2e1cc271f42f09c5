import type { X509Certificate } from 'node:crypto';
import type { Id } from '../../../wire/ike/payloads/id.js';
import { CERT_ENCODING } from '../../../wire/ike/tables/authentication.js';
import type { EapClient } from '../../eap/settings.js';
import type { LocalAuth, RemoteAuth } from '../../ike/settings.js';
import type { ProofVerdict } from './contract.js';
import { judgeExpected } from './judge-proof.js';
import { judgeSigned } from './judge-signature.js';
import { invalid } from './verdicts.js';

const METHOD = 'EAP-TLS';

/**
 * Whether EAP alone proves the responder to us, with authorities to check it: where TLS is the only method, which is mutual by its nature
 * (RFC 5998 §4).
 */
export function provedByTls(local: LocalAuth, { authorities }: RemoteAuth): boolean {
  return local.method === 'eap' && onlyTls(local.eap) && authorities.length > 0;
}

function onlyTls({ methods, tls }: EapClient): boolean {
  return tls !== undefined && methods.length > 0 && methods.every((method) => method === 'tls');
}

/**
 * Judges who spoke EAP-TLS with us: TLS has seen that the key is that of the certificate; whoever has one of the same authority, any other
 * client, could do that. It has to bear the name that the responder goes by in IKE, and that has to be the one expected.
 * @param certificates the server's, its own first
 */
export function judgeTlsServer(id: Id, certificates: readonly X509Certificate[], remote: RemoteAuth, date: number): ProofVerdict {
  if (certificates.length === 0) {
    const text = 'the EAP server showed no certificate in TLS: nothing tells whom we speak with';
    return invalid(METHOD, { code: 'certificate-missing', text });
  }
  const certs = certificates.map(({ raw }) => ({ encoding: CERT_ENCODING['X.509 Certificate - Signature'], data: raw }));
  const strict = { ...remote, acceptUnverified: false };
  const seen = { ok: true, scheme: { name: METHOD } } as const;
  const verdict = judgeSigned({ id, certs }, strict, { date, peerRole: 'responder' }, () => seen);
  return judgeExpected({ ...verdict, method: METHOD }, id, remote);
}
