import { finding, type Rule } from './rule.js';
import { cameUp, kindOf } from './shared/handshake.js';
import { checkEvidence, hashName, subjectOf, whoOf } from './shared/secret-checks.js';

/** A pre-shared key was given with the capture, and it makes the hashes of phase 1 that can be read. */
export const rule: Rule = {
  code: 'ike/psk-right',
  title: 'A pre-shared key that was given makes the hashes of phase 1',
  severity: 'info',
  refs: ['RFC 2409 §5'],
  dependsOn: [],
  *evaluate(facts) {
    for (const session of facts.sessions) {
      const checks = session.secretChecks ?? [];
      const [first] = checks;
      if (first === undefined || checks.some(({ madeBy }) => madeBy === undefined)) continue;
      const both = checks.length > 1;
      const { hiddenError } = session;
      // The other end has judged this very hash.
      const refused =
        hiddenError?.kind === 'auth-refused' && hiddenError.fromInitiator === (first.end === 'responder') ? hiddenError : undefined;
      const other = refused?.fromInitiator === true ? 'initiator' : 'responder';
      const judge = refused === undefined ? 'either' : refused.fromInitiator ? 'ours' : 'theirs';
      yield finding(rule, {
        severity: 'info',
        confidence: 0.99,
        subject: subjectOf(session),
        title: `${kindOf(session)}: the secret in ${first.madeBy} is that of ${checks.map((check) => whoOf(session, check)).join(' and ')}`,
        cause: `It makes ${checks.map(hashName).join(' and ')}, over the public values, both cookies, the offer and an identity of this capture. ${
          both
            ? 'Both ends have it.'
            : cameUp(session)
              ? 'The hash of the other end is not to be read; phase 1 succeeded, so that it has it too.'
              : refused === undefined
                ? 'The hash of the other end is not to be read here: that one may have another.'
                : `The ${other} refused that hash (packet ${refused.frame}): most likely it has another secret; or it expects another identity.`
        }`,
        evidence: checks.map(checkEvidence),
        fix: [
          {
            end: both || cameUp(session) ? 'either' : judge,
            text:
              both || cameUp(session)
                ? 'nothing: the secret is not what is wrong'
                : refused === undefined
                  ? 'look at the secret of the other end'
                  : 'this secret there too',
          },
        ],
        retest: 'the same capture with the secret of the other end: vpndoctor sniff -r FILE --psk-file SECRET',
      });
    }
  },
};
