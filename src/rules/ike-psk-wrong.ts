import type { Finding, Fix } from '../model/finding.js';
import type { IkeSession, SecretCheckFacts } from '../model/ike-session.js';
import { finding, type Rule } from './rule.js';
import { cameUp, kindOf } from './shared/handshake.js';
import { checkEvidence, hashName, subjectOf, triedText, whoOf } from './shared/secret-checks.js';

/** A pre-shared key was given with the capture, and a hash of phase 1 is not made of it. */
export const rule: Rule = {
  code: 'ike/psk-wrong',
  title: 'A pre-shared key that was given does not make a hash of phase 1',
  severity: 'error',
  refs: ['RFC 2409 §5'],
  dependsOn: [],
  *evaluate(facts) {
    for (const session of facts.sessions) {
      const checks = session.secretChecks ?? [];
      const wrong = checks.filter(({ madeBy }) => madeBy === undefined);
      if (wrong[0] !== undefined) yield judge(session, wrong[0], wrong, checks);
    }
  },
};

function judge(
  session: IkeSession,
  first: SecretCheckFacts,
  wrong: readonly SecretCheckFacts[],
  all: readonly SecretCheckFacts[],
): Finding {
  const up = cameUp(session);
  const right = all.find(({ madeBy }) => madeBy !== undefined);
  const tried = triedText(first);
  const subject = first.tried.length === 1 ? `${tried} is not that of` : `${tried} is that of`;
  return finding(rule, {
    severity: up ? 'warning' : 'error',
    confidence: 0.99,
    subject: subjectOf(session),
    title: `${kindOf(session)}: ${subject} ${wrong.map((check) => whoOf(session, check)).join(' and ')}`,
    cause: `${wrong.map(hashName).join(' and ')} ${wrong.length === 1 ? 'covers' : 'cover'} the public values, both cookies, the offer and an identity, all of which stand in this capture, so that the secret alone is left to be another one. ${
      right === undefined
        ? up
          ? 'Phase 1 succeeded all the same: the two ends have another secret in common.'
          : wrong.length === 1
            ? `Whether the other end has the given one, its hash would tell, which cannot be read here.`
            : 'Neither end has it.'
        : `${whoOf(session, right)} does have the secret in ${right.madeBy}: the two ends differ.`
    }`,
    evidence: all.map(checkEvidence),
    fix: [
      ...wrong.map(
        ({ end }): Fix => ({
          end: 'either',
          text: `at the ${end} ${end === 'initiator' ? session.initiator.address : session.responder.address}: the very same secret; ipsec.secrets, swanctl.conf secrets { ike-1 { secret = … } }, Cisco ASA tunnel-group … ipsec-attributes ikev1 pre-shared-key`,
        }),
      ),
      { end: 'either', text: 'or give another file: blanks, quotes and line ends count, 0x is hex and 0s base64' },
    ],
    retest: 'the same capture with the secret of that end: vpndoctor sniff -r FILE --psk-file SECRET',
  });
}
