import { nameOf } from '../../bytes/registry.js';
import { hashSignatureByMethod } from '../../crypto/signatures/hash-signatures.js';
import { PHASE1_AUTHENTICATION } from '../../wire/ike/tables/attributes-v1.js';
import type { Role } from '../ike/role.js';

/** How one end proves itself in phase 1: by a pre-shared key, by a signature (its method), or not at all (hybrid). */
export type EndProof = 'psk' | 'nothing' | number;

/** An authentication method: what each end shows, and which of them XAuth asks for its user afterwards. */
export interface Method {
  readonly number: number;
  readonly initiator: EndProof;
  readonly responder: EndProof;
  readonly asked?: Role;
}

const PSK = 1;
const DSS = 2;
const RSA = 3;

const both = (number: number, proof: EndProof, asked?: Role): Method => ({
  number,
  initiator: proof,
  responder: proof,
  ...(asked === undefined ? {} : { asked }),
});

/**
 * Those that we run: RFC 2409 appendix A, RFC 4754 §8, draft-ietf-ipsec-isakmp-hybrid-auth-05 §3.2, draft-beaulieu-ike-xauth-02 §7. ECDSA has
 * no number with XAuth. The RSA encryption modes (4 and 5) are left out: no product that does them could be found to test them with.
 */
export const METHODS: readonly Method[] = [
  both(PSK, 'psk'),
  both(DSS, DSS),
  both(RSA, RSA),
  both(9, 9),
  both(10, 10),
  both(11, 11),
  { number: 64221, initiator: 'nothing', responder: RSA, asked: 'initiator' },
  { number: 64222, initiator: RSA, responder: 'nothing', asked: 'responder' },
  { number: 64223, initiator: 'nothing', responder: DSS, asked: 'initiator' },
  { number: 64224, initiator: DSS, responder: 'nothing', asked: 'responder' },
  both(65001, 'psk', 'initiator'),
  both(65002, 'psk', 'responder'),
  both(65003, DSS, 'initiator'),
  both(65004, DSS, 'responder'),
  both(65005, RSA, 'initiator'),
  both(65006, RSA, 'responder'),
];

const BY_NUMBER: ReadonlyMap<number, Method> = new Map(METHODS.map((method) => [method.number, method]));

/** Undefined for one that we do not run. */
export function methodByNumber(method: number): Method | undefined {
  return BY_NUMBER.get(method);
}

/** What an end has to show with this method; nothing with one that we do not run. */
export function proofOf(method: number, role: Role): EndProof {
  return BY_NUMBER.get(method)?.[role] ?? 'nothing';
}

/** The end that XAuth asks for its user after phase 1; undefined without XAuth. */
export function askedEnd(method: number): Role | undefined {
  return BY_NUMBER.get(method)?.asked;
}

/** Whether the keys hang on a pre-shared key; with signatures they do not (RFC 2409 §5). */
export function needsSecret(method: number): boolean {
  return proofOf(method, 'initiator') === 'psk';
}

/** The proof of one end in words, as IKEv2 says it. */
export function proofText(proof: EndProof): string {
  if (proof === 'psk') return 'pre-shared key';
  if (proof === 'nothing') return 'XAuth alone (hybrid)';
  return `signature, ${hashSignatureByMethod(proof)?.name}`;
}

/** A method in words; those that we do not run by their names. */
export function methodText(method: number): string {
  const known = BY_NUMBER.get(method);
  if (known === undefined) return nameOf(PHASE1_AUTHENTICATION, method);
  const { initiator, responder, asked } = known;
  if (initiator !== responder)
    return `hybrid: ${proofText(initiator === 'nothing' ? responder : initiator)} of one end, XAuth of the other`;
  return `${proofText(initiator)}${asked === undefined ? '' : ' and XAuth'}`;
}
