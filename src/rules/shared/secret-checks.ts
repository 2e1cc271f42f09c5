import type { Evidence } from '../../model/finding.js';
import type { IkeSession, SecretCheckFacts } from '../../model/ike-session.js';
import { initiatorOf, responderOf } from './handshake.js';

/** Secrets named in a sentence. */
const MOST_NAMES = 3;

/** Addresses of both ends, as findings have them. */
export function subjectOf({ initiator, responder }: IkeSession): string {
  return `${initiator.address} - ${responder.address}`;
}

/** `responder 192.0.2.1 (gw.example)`: whose hash it is. */
export function whoOf(session: IkeSession, { end }: SecretCheckFacts): string {
  const id = end === 'initiator' ? session.identityInitiator : session.identityResponder;
  return `${end === 'initiator' ? initiatorOf(session) : responderOf(session)}${id === undefined ? '' : ` (${id.value})`}`;
}

export const hashName = ({ end }: SecretCheckFacts): string => (end === 'initiator' ? 'HASH_I' : 'HASH_R');

/** `the secret in psk.txt:1`, `none of the 4 secrets given`. */
export function triedText({ tried }: SecretCheckFacts): string {
  return tried.length === 1
    ? `the secret in ${tried[0]}`
    : `none of the ${tried.length} secrets given (${tried.slice(0, MOST_NAMES).join(', ')}${tried.length > MOST_NAMES ? ', …' : ''})`;
}

export function checkEvidence(check: SecretCheckFacts): Evidence {
  const { frame, madeBy } = check;
  return {
    frame,
    field: hashName(check),
    text: madeBy === undefined ? 'not made of any secret that was given' : `made of the secret in ${madeBy}`,
  };
}

/** What the secrets that were given showed; without any, how Aggressive Mode lets one be tried. */
export function secretsShown({ secretChecks = [] }: IkeSession): string {
  if (secretChecks.length === 0)
    return 'In Aggressive Mode --psk-file checks the hash against a candidate secret, from this capture alone.';
  const shown = secretChecks.map((check) =>
    check.madeBy === undefined
      ? `${hashName(check)} is ${check.tried.length === 1 ? 'not ' : ''}made of ${triedText(check)}`
      : `${hashName(check)} is made of the secret in ${check.madeBy}`,
  );
  return `${shown.join('; ')}.`;
}
