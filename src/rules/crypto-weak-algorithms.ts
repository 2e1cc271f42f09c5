import { offerText } from '../config/offers.js';
import { type Weakness, weaknessOf, weaknessOfIkev1 } from '../crypto/grades.js';
import type { Evidence, Severity } from '../model/finding.js';
import type { IkeSession, TransformFacts } from '../model/ike-session.js';
import { EXCHANGE_V1 } from '../wire/ike/tables/exchange-types.js';
import { finding, type Rule } from './rule.js';
import { initiatorOf, MAIN_MODE } from './shared/handshake.js';
import { peersOf } from './shared/peers.js';

const PSK_METHOD = 1;

/** An algorithm, or a way to use the protocol. */
type Fault = Pick<Weakness, 'name' | 'grade' | 'why'>;

interface Weak {
  readonly weakness: Fault;
  readonly where: string;
}

/** What was chosen and should not be any more. Never an error: the tunnel works. */
export const rule: Rule = {
  code: 'crypto/weak-algorithms',
  title: 'Algorithms in use are weak or obsolete',
  severity: 'warning',
  refs: ['RFC 8247 §2', 'RFC 8221 §5', 'RFC 9395 §3'],
  dependsOn: [],
  *evaluate(facts) {
    for (const peers of peersOf(facts)) {
      const seenBefore = new Set<string>();
      for (const session of peers.sessions) {
        const weak = weaknessesOf(session);
        if (weak.length === 0) continue;
        const key = weak.map(({ where, weakness }) => `${where} ${weakness.name}`).join();
        if (seenBefore.has(key)) continue;
        seenBefore.add(key);
        const severity: Severity = weak.some(({ weakness }) => weakness.grade === 'broken') ? 'warning' : 'info';
        const chosen = session.messages.find((m) => !m.fromInitiator && m.payloads.includes('SA')) ?? session.messages[0];
        const evidence: readonly Evidence[] =
          chosen === undefined
            ? []
            : [
                {
                  frame: chosen.frame,
                  field: 'SA',
                  text: `chosen: ${offerText(session.chosen === undefined ? [] : [session.chosen])}`,
                },
              ];
        yield finding(rule, {
          severity,
          confidence: 0.95,
          subject: peers.subject,
          title: `Weak: ${[...new Set(weak.map(({ weakness, where }) => `${weakness.name} (${where})`))].join(', ')}`,
          cause: [...new Set(weak.map(({ weakness }) => `${weakness.name}: ${weakness.why}.`))].join(' '),
          evidence,
          fix: [
            {
              end: 'ours',
              text:
                session.protocol === 'ikev1'
                  ? 'IKEv2 where the other end knows it; until then ipsec.conf ike=aes256-sha2_256;modp2048 phase2alg=aes256-sha2_256;modp2048, swanctl.conf proposals = aes256-sha256-modp2048, esp_proposals = aes256-sha256-modp2048'
                  : 'ipsec.conf ike=aes_gcm256-sha2_256;dh19 esp=aes_gcm256; swanctl.conf proposals = aes256gcm16-prfsha256-ecp256, esp_proposals = aes256gcm16-ecp256',
            },
            {
              end: 'theirs',
              text:
                session.protocol === 'ikev1'
                  ? 'Cisco ASA: crypto ikev1 policy 10 / encryption aes-256 / hash sha / group 14'
                  : 'Cisco ASA: crypto ikev2 policy 10 / encryption aes-gcm-256 / integrity null / prf sha256 / group 19',
            },
          ],
          retest: `vpndoctor sniff --ike --summary while ${initiatorOf(session)} brings the tunnel up again`,
        });
      }
    }
  },
};

function weaknessesOf(session: IkeSession): readonly Weak[] {
  const v1 = session.protocol === 'ikev1';
  const phase1 = v1 ? 'phase 1' : 'IKE SA';
  const phase2 = v1 ? 'phase 2' : 'CHILD_SA';
  const found: Weak[] = [];
  for (const transform of session.chosen?.transforms ?? []) {
    const weakness = gradePhase1(transform, v1);
    if (weakness !== undefined) found.push({ weakness, where: phase1 });
  }
  for (const child of session.children) {
    for (const transform of child.chosen?.transforms ?? []) {
      const weakness = gradePhase2(transform, v1);
      if (weakness !== undefined && !found.some((f) => f.where === phase2 && f.weakness === weakness))
        found.push({ weakness, where: phase2 });
    }
  }
  if (session.chosen !== undefined && v1) {
    const aggressive = session.messages.some((m) => m.exchangeType === EXCHANGE_V1.Aggressive);
    const psk = session.chosen.transforms.some(({ type, id }) => type === 'AUTH' && id === PSK_METHOD);
    if (aggressive && psk) found.push({ weakness: AGGRESSIVE_PSK, where: 'phase 1' });
    else if (session.messages.some((m) => m.exchangeType === MAIN_MODE)) found.push({ weakness: IKEV1, where: 'phase 1' });
  }
  return found;
}

const AGGRESSIVE_PSK: Fault = {
  name: 'Aggressive Mode with a pre-shared key',
  grade: 'obsolete',
  why: 'anybody who asks gets a hash over the key and can guess it offline, and both identities go in the clear',
};
const IKEV1: Fault = { name: 'IKEv1', grade: 'obsolete', why: 'historic since RFC 9395, which asks to move to IKEv2' };

function gradePhase1({ type, id }: TransformFacts, v1: boolean): Weakness | undefined {
  switch (type) {
    case 'ENCR':
      return v1 ? weaknessOfIkev1('ENCR', id) : weaknessOf('ENCR', id);
    case 'HASH':
      return weaknessOfIkev1('HASH', id);
    case 'PRF':
    case 'INTEG':
      return v1 ? undefined : weaknessOf(type, id);
    case 'KE':
    case 'GROUP':
      return weaknessOf('KE', id);
    default:
      return undefined;
  }
}

function gradePhase2({ type, id }: TransformFacts, v1: boolean): Weakness | undefined {
  if (type === 'ENCR') return v1 ? weaknessOfIkev1('ESP', id) : weaknessOf('ENCR', id);
  if (type === 'KE' || type === 'GROUP') return weaknessOf('KE', id);
  return type === 'INTEG' ? (v1 ? weaknessOfIkev1('INTEG', id) : weaknessOf('INTEG', id)) : undefined;
}
