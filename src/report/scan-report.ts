import { count } from '../bytes/count.js';
import { nameOf } from '../bytes/registry.js';
import { gradeOf } from '../crypto/grades.js';
import { gradedTypeOf } from '../probes/ike/shared/algorithms.js';
import type { Transform } from '../wire/ike/payloads/sa.js';
import { HASH_ALGORITHMS } from '../wire/ike/tables/authentication.js';
import { TRANSFORM, TRANSFORM_TYPES } from '../wire/ike/tables/transforms.js';
import { keyLengthOf, transformName } from '../wire/ike/transform-name.js';
import { describeVendorId } from '../wire/ike/vendor-ids.js';
import { type GradedTransform, gradedLines, isWeak, LABEL, nothingWeak, vendorTexts } from './graded-transform.js';
import { toJson } from './json-record.js';
import { type Ikev1Scan, ikev1Answered, ikev1ScanRecord, ikev1ScanText } from './scan-report-ikev1.js';
import type { Style } from './style.js';
import { hanging, wrap } from './wrap.js';

/** One kind of transform. */
export interface ScanResult {
  readonly type: number;
  readonly accepted: readonly GradedTransform[];
  /** Asked, and no answer came. */
  readonly unknown: readonly GradedTransform[];
}

/** What a scan found, by version. */
export interface ScanReport {
  readonly host: string;
  readonly address: string;
  readonly ikev2?: Ikev2Scan;
  readonly ikev1?: Ikev1Scan;
  /** What ICMP said, where nothing was answered. */
  readonly pathError?: string;
}

/** What a scan of IKEv2 found. */
export interface Ikev2Scan {
  readonly outcome: 'answered' | 'refused' | 'silent';
  /** The peer's own choice of everything. */
  readonly first?: readonly Transform[];
  readonly results: readonly ScanResult[];
  readonly messages: number;
  readonly seconds: number;
  readonly cookies: boolean;
  readonly vendorIds?: readonly Uint8Array[];
  /** Of its first answer, in their order. */
  readonly payloads?: readonly string[];
  readonly wantsCertificates?: boolean;
  /** SIGNATURE_HASH_ALGORITHMS, where it sent them. */
  readonly hashes?: readonly number[];
  readonly interrupted: boolean;
}

const TITLES: Readonly<Record<number, string>> = {
  [TRANSFORM.ENCR]: 'encryption',
  [TRANSFORM.PRF]: 'PRF',
  [TRANSFORM.INTEG]: 'integrity',
  [TRANSFORM.KE]: 'groups',
  [TRANSFORM.ADDKE1]: 'additional key exchange',
};

export function gradedTransform(transform: Transform): GradedTransform {
  const { type, id } = transform;
  const keyLength = keyLengthOf(transform);
  const graded = gradedTypeOf(type);
  const grade = graded === undefined ? undefined : gradeOf(graded, id);
  return {
    name: transformName(type, id, keyLength),
    id,
    ...(keyLength === undefined ? {} : { keyLength }),
    ...(grade === undefined ? {} : { grade: grade.grade, why: grade.why }),
  };
}

/** How many algorithms nothing is known of: the peer fell silent. */
export function unansweredOf({ results }: Pick<Ikev2Scan, 'results'>): number {
  return results.reduce((sum, { unknown }) => sum + unknown.length, 0);
}

/** Everything that was found, version by version. */
export function scanText({ host, address, ikev1, ikev2, pathError }: ScanReport, style: Style, verbose: boolean): string[] {
  return [
    style.bold(host === address ? host : `${host} (${address})`),
    ...(ikev2 === undefined ? [] : ikev2Text(host, ikev2, ikev1, style, verbose)),
    ...(ikev1 === undefined ? [] : ['', ...ikev1ScanText(ikev1, style, verbose)]),
    ...(pathError === undefined ? [] : ['', ...wrap(`ICMP: ${pathError}. No IKE gets to a daemon there.`, style.width)]),
  ];
}

/** Tables by kind, what the peer tells of itself, and the sum. */
function ikev2Text(host: string, report: Ikev2Scan, ikev1: ScanReport['ikev1'], style: Style, verbose: boolean): string[] {
  const both = ikev1 !== undefined;
  const { outcome, results, first, messages, seconds } = report;
  const lines = both ? ['', style.bold('IKEv2')] : [];
  const told = selfTold(report);
  const rate = `${count(messages, 'message')} in ${seconds.toFixed(1)} s`;
  if (outcome === 'silent')
    return [
      ...lines,
      '',
      ...wrap(
        report.interrupted
          ? `Verdict: ${style.bold('interrupted')} before anything was answered; ${rate}.`
          : `Verdict: ${style.bad('no answer')}; ${rate}. vpndoctor probe peer ${host} --until ike-sa-init says where it ends.`,
        style.width,
      ),
    ];
  if (outcome === 'refused') {
    const refusal = report.payloads?.join(', ') ?? '';
    const why = !both
      ? 'most likely there is no configuration for our address, or it is for IKEv1 only'
      : ikev1Answered(ikev1)
        ? 'what it has for our address is for IKEv1'
        : 'most likely there is no configuration for our address';
    return [
      ...lines,
      ...told.flatMap(([label, text]) => hanging(`  ${label}`, LABEL + 2, text, style.width)),
      '',
      ...wrap(`Verdict: ${style.bad('everything is refused')} (${refusal}), whatever the algorithms: ${why}; ${rate}.`, style.width),
    ];
  }
  if (first !== undefined) {
    const choice = first.map((transform) => transformName(transform.type, transform.id, keyLengthOf(transform))).join(', ');
    lines.push(...hanging('  first choice', LABEL + 2, choice, style.width));
  }
  for (const [label, text] of told) lines.push(...hanging(`  ${label}`, LABEL + 2, text, style.width));
  for (const { type, accepted, unknown } of results) {
    lines.push('', style.bold(TITLES[type] ?? nameOf(TRANSFORM_TYPES, type)));
    if (accepted.length === 0) lines.push(`  ${style.dim('none found')}`);
    for (const transform of accepted) lines.push(...gradedLines(transform, style, verbose));
    if (unknown.length > 0) {
      lines.push(...hanging('  no answer', LABEL, unknown.map(({ name }) => name).join(', '), style.width));
    }
  }
  const weak = results.flatMap(({ accepted }) => accepted.filter(isWeak));
  const names = weak.map(({ name }) => name).join(', ');
  const unanswered = unansweredOf(report);
  const silence = unanswered === 0 ? '' : `; ${count(unanswered, 'algorithm')} without an answer`;
  const verdict = weak.length === 0 ? nothingWeak(report.interrupted || unanswered > 0, style) : style.bad(`weak, and accepted: ${names}`);
  lines.push('', ...wrap(`Verdict: ${verdict}${silence}; ${rate}${report.interrupted ? '; interrupted' : ''}.`, style.width));
  lines.push(
    ...wrap(
      style.dim('Each is accepted in some combination with others, not in every one. ESP is told only to those who authenticate.'),
      style.width,
    ),
  );
  return lines;
}

/** The one object of `probe scan --json`: what is of IKEv2 stands at its top. */
export function scanRecord({ host, address, ikev2, ikev1, pathError }: ScanReport): object {
  return {
    schema: 'vpndoctor/scan/1',
    peer: host,
    address,
    ...(pathError === undefined ? {} : { path_error: pathError }),
    ...(ikev2 === undefined ? {} : ikev2Record(ikev2)),
    ...(ikev1 === undefined ? {} : { ikev1: ikev1ScanRecord(ikev1) }),
  };
}

function ikev2Record(report: Ikev2Scan): object {
  const { outcome, results, first, messages, seconds, cookies, interrupted } = report;
  return {
    outcome,
    ...(first === undefined
      ? {}
      : { first_choice: first.map((transform) => transformName(transform.type, transform.id, keyLengthOf(transform))) }),
    accepted: Object.fromEntries(results.map(({ type, accepted }) => [nameOf(TRANSFORM_TYPES, type).toLowerCase(), accepted.map(toJson)])),
    unanswered: results.flatMap(({ unknown }) => unknown.map(({ name }) => name)),
    vendor_ids: (report.vendorIds ?? []).map((id) => describeVendorId(id).name),
    payloads: report.payloads ?? [],
    signature_hashes: (report.hashes ?? []).map((id) => nameOf(HASH_ALGORITHMS, id)),
    wants_certificates: report.wantsCertificates ?? false,
    cookies,
    messages,
    seconds: Math.round(seconds * 10) / 10,
    interrupted,
  };
}

/** What the first answer shows of who it is. */
function selfTold({ vendorIds, payloads, hashes, wantsCertificates, cookies }: Ikev2Scan): readonly (readonly [string, string])[] {
  const vendors = vendorTexts(vendorIds ?? []);
  const authentication = [
    ...(hashes === undefined ? [] : [`digital signatures with ${hashes.map((id) => nameOf(HASH_ALGORITHMS, id)).join(', ')} (RFC 7427)`]),
    ...(wantsCertificates === true ? ['asks for certificates'] : []),
  ];
  return [
    ...(vendors.length === 0 ? [] : [['vendor ids', vendors.join(', ')] as const]),
    ...(payloads === undefined ? [] : [['answers with', payloads.join(', ')] as const]),
    ...(authentication.length === 0 ? [] : [['methods seen', authentication.join('; ')] as const]),
    ...(cookies ? [['cookies', 'demanded'] as const] : []),
  ];
}
