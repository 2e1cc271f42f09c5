import { nameOf } from '../../../bytes/registry.js';
import { identityText } from '../../../wire/ike/identity-facts.js';
import type { Id } from '../../../wire/ike/payloads/id.js';
import { AUTH_METHOD, AUTH_METHODS } from '../../../wire/ike/tables/authentication.js';
import { sameId } from '../../ike/identity.js';
import type { RemoteAuth } from '../../ike/settings.js';
import type { JudgeContext, ProofVerdict, TheirProof } from './contract.js';
import { judgeSignature } from './judge-signature.js';
import { judgeNull } from './null-authentication.js';
import { judgePreSharedKey } from './pre-shared-key.js';
import { invalid, METHOD } from './verdicts.js';

/** Methods in which the peer signs. */
const SIGNATURES: readonly number[] = [
  AUTH_METHOD['RSA Digital Signature'],
  AUTH_METHOD['DSS Digital Signature'],
  AUTH_METHOD['ECDSA with SHA-256 on the P-256 curve'],
  AUTH_METHOD['ECDSA with SHA-384 on the P-384 curve'],
  AUTH_METHOD['ECDSA with SHA-512 on the P-521 curve'],
  AUTH_METHOD['Digital Signature'],
];

/**
 * Judges what the peer showed: whether the method is one we asked for, whether MAC or signature fit, whether the key is trusted, and
 * whether the identity is one we accept. Never throws for what a peer sends.
 */
export function judgeProof(theirs: TheirProof, remote: RemoteAuth, context: JudgeContext): ProofVerdict {
  return judgeExpected(judgeMethod(theirs, remote, context), theirs.id, remote);
}

/** A proof that is right has to be that of an identity we accept. */
export function judgeExpected(verdict: ProofVerdict, theirs: Id, { ids }: RemoteAuth): ProofVerdict {
  if (verdict.verdict === 'invalid' || ids.length === 0 || ids.some((id) => sameId(id, theirs))) return verdict;
  const expected = ids.map((id) => `"${identityText(id.type, id.data)}"`).join(' or ');
  const theirText = `"${identityText(theirs.type, theirs.data)}"`;
  return invalid(verdict.method, {
    code: 'identity-mismatch',
    text: `the peer calls itself ${theirText}, expected was ${expected}; its proof itself ${verdict.verdict === 'valid' ? 'is right' : 'could not be checked'}`,
    ours: expected,
    theirs: theirText,
  });
}

function judgeMethod(theirs: TheirProof, remote: RemoteAuth, context: JudgeContext): ProofVerdict {
  const { method } = theirs.auth;
  const allowed = allowedMethods(remote);
  const refuse = () =>
    invalid(nameOf(AUTH_METHODS, method), {
      code: 'method-not-allowed',
      text: `the peer proves itself by ${nameOf(AUTH_METHODS, method)}, we want ${allowed.join(' or ') || 'nothing that it could show'}`,
      ours: allowed.join(' or ') || 'none',
      theirs: nameOf(AUTH_METHODS, method),
    });
  if (method === AUTH_METHOD['Shared Key Message Integrity Code']) {
    return allowed.includes(METHOD.psk) || remote.acceptUnverified ? judgePreSharedKey(theirs, remote, context.octets) : refuse();
  }
  if (method === AUTH_METHOD['NULL Authentication']) {
    return remote.allowNull || remote.acceptUnverified ? judgeNull(theirs, remote, context.octets) : refuse();
  }
  if (!SIGNATURES.includes(method)) return refuse();
  return allowed.includes(METHOD.signature) || remote.acceptUnverified ? judgeSignature(theirs, remote, context) : refuse();
}

/** What we were given means to check. */
function allowedMethods(remote: RemoteAuth): readonly string[] {
  return [
    ...(remote.secrets.length > 0 ? [METHOD.psk] : []),
    ...(remote.authorities.length > 0 || remote.rawKeys.length > 0 ? [METHOD.signature] : []),
    ...(remote.eap === undefined ? [] : [METHOD.eap]),
    ...(remote.allowNull ? [METHOD.null] : []),
  ];
}
