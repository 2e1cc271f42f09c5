import type { X509Certificate } from 'node:crypto';
import { DecodeError } from '../../bytes/errors.js';
import type { CertificateFault } from './certificate-fault.js';
import { certificateFields } from './certificate-fields.js';
import { dateText, nameText } from './certificate-text.js';
import { type CertificatePurpose, fault, judgeAuthority, judgeEnd } from './judge-certificate.js';
import { decodeRevocationList, type RevocationList } from './revocation-list.js';

/** What a path is looked for in. */
export interface PathSearch {
  /** The certificate of the end. */
  readonly end: X509Certificate;
  /** What may stand between, trusted or not: what the peer sent, what we have. */
  readonly intermediates: readonly X509Certificate[];
  /** Trusted as they are. */
  readonly authorities: readonly X509Certificate[];
  /** DER. Lists that are not whole or not signed by the issuer count for nothing, and are remarked on. */
  readonly revocationLists: readonly Uint8Array[];
  /** Milliseconds since 1970. */
  readonly date: number;
  /** What the end's certificate shall be good for; default: IKE. */
  readonly purpose?: CertificatePurpose;
}

export type PathVerdict =
  | {
      readonly ok: true;
      /** From the end to the authority that is trusted. */
      readonly path: readonly X509Certificate[];
      /** What was not checked: lists that are old, of others, or not readable. */
      readonly remarks: readonly string[];
    }
  | { readonly ok: false; readonly fault: CertificateFault };

/** No chain is longer; and a peer can send certificates that all issued each other. */
const MAX_DEPTH = 10;
const MAX_TRIES = 100;

/**
 * Looks for a path from a certificate to an authority that is trusted, and judges it (RFC 5280 §6.1, RFC 4945 §5). Names are not
 * judged: `confirmsIdentity` does that. Of several faults, that of the longest path is given.
 */
export function findCertificatePath(search: PathSearch): PathVerdict {
  const { end, authorities, date } = search;
  const faultOfEnd = judgeEnd(end, date, search.purpose);
  if (faultOfEnd !== undefined) return { ok: false, fault: faultOfEnd };
  if (authorities.some((authority) => isSame(authority, end))) return { ok: true, path: [end], remarks: [] };
  const state: State = { search, lists: readLists(search.revocationLists), tries: 0, deepest: 0, fault: undefined };
  const path = extend(state, [end]);
  if (path !== undefined) return { ok: true, path, remarks: remarksOn(state, path) };
  return { ok: false, fault: state.fault ?? unknownIssuer(search, end) };
}

interface State {
  readonly search: PathSearch;
  readonly lists: { readonly readable: readonly RevocationList[]; readonly unreadable: number };
  tries: number;
  /** Length of the path whose fault is kept. */
  deepest: number;
  fault: CertificateFault | undefined;
}

function note(state: State, length: number, found: CertificateFault): void {
  if (length < state.deepest || (length === state.deepest && state.fault !== undefined)) return;
  state.deepest = length;
  state.fault = found;
}

function extend(state: State, path: readonly X509Certificate[]): readonly X509Certificate[] | undefined {
  const { search } = state;
  const last = path.at(-1) as X509Certificate;
  const candidates = [
    ...search.authorities.map((issuer) => ({ issuer, isAnchor: true })),
    ...search.intermediates
      .filter((one) => !search.authorities.some((other) => isSame(one, other)))
      .map((issuer) => ({ issuer, isAnchor: false })),
  ]
    // By name: that key identifiers do not fit or that it may not sign is a fault to be named, not another issuer.
    .filter(({ issuer }) => last.issuer === issuer.subject && !path.some((one) => isSame(one, issuer)))
    .sort((a, b) => Number(last.checkIssued(b.issuer)) - Number(last.checkIssued(a.issuer)));
  if (candidates.length === 0) note(state, path.length, unknownIssuer(search, last));
  for (const { issuer, isAnchor } of candidates) {
    if (path.length >= MAX_DEPTH || ++state.tries > MAX_TRIES) return undefined;
    const found = judgeLink(state, last, issuer) ?? judgeAuthority(issuer, search.date, path.length - 1, isAnchor);
    if (found !== undefined) {
      note(state, path.length + 1, found);
      continue;
    }
    const whole = isAnchor ? [...path, issuer] : extend(state, [...path, issuer]);
    if (whole !== undefined) return whole;
  }
  return undefined;
}

/** Whether the issuer signed it and has not taken it back. */
function judgeLink(state: State, certificate: X509Certificate, issuer: X509Certificate): CertificateFault | undefined {
  const name = nameText(certificate.subject);
  if (!isSignedBy(certificate, issuer)) {
    return fault('signature-wrong', certificate, {
      text: `the certificate of ${name} bears the name of ${nameText(issuer.subject)} as its issuer and is not signed with its key: made by another authority of the same name, or altered`,
      ours: `key of ${nameText(issuer.subject)}, serial number ${issuer.serialNumber}`,
      theirs: 'signed with another key',
    });
  }
  for (const list of listsOf(state, certificate)) {
    const since = list.revoked.get(certificateFields(certificate).serialNumber);
    if (since === undefined || !list.isSignedBy(issuer.publicKey)) continue;
    return fault('revoked', certificate, {
      text: `the certificate of ${name} was revoked on ${dateText(since)} by ${nameText(issuer.subject)}`,
      ours: `revocation list of ${dateText(list.thisUpdate)}`,
      theirs: `serial number ${certificate.serialNumber}`,
    });
  }
  return undefined;
}

function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.verify(issuer.publicKey);
  } catch {
    // An algorithm or a key that OpenSSL does not have here.
    return false;
  }
}

const isSame = (a: X509Certificate, b: X509Certificate): boolean => a === b || a.fingerprint256 === b.fingerprint256;

function listsOf({ lists }: State, certificate: X509Certificate): readonly RevocationList[] {
  const issuer = Buffer.from(certificateFields(certificate).issuer);
  return lists.readable.filter((list) => issuer.equals(list.issuer));
}

function readLists(files: readonly Uint8Array[]): State['lists'] {
  const readable = files.flatMap((bytes) => {
    try {
      return [decodeRevocationList(bytes)];
    } catch (error) {
      if (error instanceof DecodeError) return [];
      throw error;
    }
  });
  return { readable, unreadable: files.length - readable.length };
}

function remarksOn(state: State, path: readonly X509Certificate[]): readonly string[] {
  const { lists, search } = state;
  if (search.revocationLists.length === 0) return [];
  const remarks = lists.unreadable > 0 ? [`${lists.unreadable} of the revocation lists cannot be read`] : [];
  for (const [at, certificate] of path.slice(0, -1).entries()) {
    const issuer = path[at + 1] as X509Certificate;
    const ofIssuer = listsOf(state, certificate);
    const good = ofIssuer.filter((list) => list.isSignedBy(issuer.publicKey));
    const name = nameText(issuer.subject);
    const newest = Math.max(...good.map(({ nextUpdate }) => nextUpdate?.getTime() ?? Number.POSITIVE_INFINITY));
    if (ofIssuer.length === 0) remarks.push(`no revocation list of ${name}`);
    else if (good.length === 0) remarks.push(`the revocation list of ${name} is not signed by it`);
    else if (newest < search.date) remarks.push(`the revocation list of ${name} should have been renewed by ${dateText(newest)}`);
  }
  return remarks;
}

function unknownIssuer({ authorities }: PathSearch, certificate: X509Certificate): CertificateFault {
  const trusted = authorities.map(({ subject }) => nameText(subject)).join('; ') || 'no authority';
  const issuer = nameText(certificate.issuer);
  const self = certificate.subject === certificate.issuer;
  return fault('issuer-unknown', certificate, {
    text: self
      ? `the certificate of ${nameText(certificate.subject)} is signed by itself and not among those trusted (${trusted})`
      : `the certificate of ${nameText(certificate.subject)} was issued by ${issuer}, which is not there: neither among those trusted (${trusted}) nor sent along`,
    ours: trusted,
    theirs: issuer,
  });
}
