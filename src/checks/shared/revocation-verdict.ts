import type { Certificate } from '../../host/certificates.js';
import { issuerOf, type RevocationList } from '../../host/revocation-list.js';
import type { CheckLine } from '../check.js';
import { dateText, leafOf } from './certificate-chain.js';
import type { Credential } from './credentials.js';
import { hostFinding } from './finding.js';
import { pass, skip, unknown, unseen } from './lines.js';
import { placeOf } from './tunnels.js';

/** Revocation: is our own certificate revoked, is the list fresh, is there one where it must be. */
export function judgeRevocation(id: string, credential: Credential, now: Date, label: string): CheckLine {
  const leaf = leafOf(credential);
  const { authorities, source, subject } = credential;
  const { strict, lists } = authorities;
  if (leaf === undefined) return credential.certificates.ok ? unknown(label, 'no certificate') : unseen(label, credential.certificates);
  const issuer = issuerHex(leaf);
  const read = lists.flatMap(({ lists: each }) => (each.ok ? each.value : []));
  // Lists are about what their authority issued.
  const about = newest(read.filter((list) => list.issuer === issuer));
  const say = (
    status: 'fail' | 'warn',
    what: string,
    detail: string,
    title: string,
    cause: string,
    fix: string,
    file?: string,
  ): CheckLine => ({
    status,
    label,
    detail,
    finding: hostFinding(id, {
      what,
      subject,
      severity: status === 'fail' ? 'error' : 'warning',
      title,
      cause,
      evidence: [
        { ...(file !== undefined && { file }), text: detail },
        { ...placeOf(strict ?? source), text: strict === undefined ? source.value : `fresh lists are wanted: ${strict.value}` },
      ],
      fix: [{ end: 'ours', text: fix }],
      retest: `vpndoctor verify --only ${id}`,
      refs: ['RFC 5280 §5.1'],
    }),
  });
  if (about?.revoked.has(leaf.x509.serialNumber)) {
    const detail = `serial number ${leaf.x509.serialNumber} stands in ${about.file}`;
    return say(
      'fail',
      'revoked',
      detail,
      `the certificate of ${subject} is revoked`,
      'Whoever has the list refuses the certificate, whatever its dates are.',
      'have a new certificate made',
      about.file,
    );
  }
  if (about !== undefined) {
    const { nextUpdate } = about;
    if (nextUpdate === undefined || nextUpdate >= now)
      return pass(label, `${about.file}, until ${nextUpdate === undefined ? 'further notice' : dateText(nextUpdate).slice(0, 10)}`);
    return say(
      strict === undefined ? 'warn' : 'fail',
      'stale',
      `nextUpdate ${dateText(nextUpdate)} UTC has passed`,
      `the revocation list ${about.file} is out of date`,
      strict === undefined
        ? 'A list that is out of date says nothing of what was revoked since; it is passed over, or fetched anew.'
        : 'Fresh lists are wanted: with this one every certificate of its authority is refused ("CRL has expired").',
      `fetch the present list of ${leaf.issuer} to ${about.file}`,
      about.file,
    );
  }
  const absent = lists.find(({ lists: each }) => !each.ok && each.reason === 'missing');
  if (absent !== undefined && strict !== undefined) {
    return say(
      'fail',
      'missing',
      `${absent.path} is not there`,
      `the revocation list ${absent.path} is not there`,
      'The daemon is told to look into the list for every certificate, and refuses to start or refuses all of them without it.',
      `put the list of ${leaf.issuer} to ${absent.path}`,
    );
  }
  const shut = lists.flatMap(({ lists: each }) => (each.ok || each.reason === 'missing' || each.reason === 'failed' ? [] : [each]))[0];
  if (shut !== undefined) return unseen(label, shut);
  if (strict === undefined) return skip(label, 'no list, and none wanted');
  // Fetched when needed, from where the certificate says.
  return unknown(label, `${strict.value}: no list of ${leaf.issuer} on this host; whether it can be fetched was not tried`);
}

function newest(lists: readonly RevocationList[]): RevocationList | undefined {
  return lists.reduce<RevocationList | undefined>(
    (best, list) => (best === undefined || list.thisUpdate > best.thisUpdate ? list : best),
    undefined,
  );
}

function issuerHex({ x509 }: Certificate): string | undefined {
  try {
    return issuerOf(x509);
  } catch {
    return undefined;
  }
}
