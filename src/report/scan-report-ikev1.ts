import { count } from '../bytes/count.js';
import { nameOf } from '../bytes/registry.js';
import { gradeOfIkev1, type Ikev1Attribute } from '../crypto/grades.js';
import { type Ikev1Suite, suiteNames, suiteText } from '../probes/ike/shared/ikev1-suite.js';
import { GROUPS, PHASE1_AUTHENTICATION, PHASE1_ENCRYPTION, PHASE1_HASH } from '../wire/ike/tables/attributes-v1.js';
import { withKeyLength } from '../wire/ike/transform-name.js';
import { describeVendorId } from '../wire/ike/vendor-ids.js';
import { type GradedTransform, gradedLines, isWeak, LABEL, nothingWeak, vendorTexts } from './graded-transform.js';
import { toJson } from './json-record.js';
import type { Style } from './style.js';
import { hanging, wrap } from './wrap.js';

/** What one mode of phase 1 takes. */
export interface Ikev1ModeScan {
  /** `name-refused`: the refusals are about who asks, or about the mode, and not about transforms. */
  readonly outcome: 'answered' | 'refused' | 'name-refused' | 'silent';
  readonly first?: Ikev1Suite;
  /** Every combination that it took. */
  readonly accepted: readonly Ikev1Suite[];
  /** It was asked for all of them; otherwise each algorithm is found, but not each combination. */
  readonly complete: boolean;
  /** Combinations that were asked for without an answer. */
  readonly unanswered: number;
  readonly vendorIds: readonly Uint8Array[];
  /** Of its first answer, in their order. */
  readonly payloads: readonly string[];
  /** What it refuses with. */
  readonly notifies: readonly string[];
  /** In aggressive mode it says who it is. */
  readonly peerId?: string;
  /** A hash made of the pre-shared key, which can be searched for at leisure. */
  readonly showsHash: boolean;
}

/** What a scan of IKEv1 found. */
export interface Ikev1Scan {
  readonly main: Ikev1ModeScan;
  readonly aggressive?: Ikev1ModeScan;
  /** Seconds from a question to its answer and each repetition, and whose habit that is. */
  readonly backOff?: { readonly times: readonly number[]; readonly pattern?: string };
  /** It looks at the authentication method before it answers; otherwise what it says of that means nothing. */
  readonly methodsChecked: boolean;
  readonly messages: number;
  readonly seconds: number;
  readonly interrupted: boolean;
}

const KINDS = [
  { key: 'encr', title: 'encryption' },
  { key: 'hash', title: 'hash' },
  { key: 'group', title: 'groups' },
  { key: 'method', title: 'authentication' },
] as const;
type Kind = (typeof KINDS)[number]['key'];

/** Every algorithm that stands in an accepted combination, graded, by kind. */
function algorithms(suites: readonly Ikev1Suite[]): Readonly<Record<Kind, readonly GradedTransform[]>> {
  const distinct = (of: (suite: Ikev1Suite) => GradedTransform) => [
    ...new Map(suites.map((suite) => [of(suite).name, of(suite)])).values(),
  ];
  return {
    encr: distinct(({ cipher, keyLength }) => ({
      ...graded('ENCR', cipher, withKeyLength(nameOf(PHASE1_ENCRYPTION, cipher), keyLength)),
      ...(keyLength === undefined ? {} : { keyLength }),
    })),
    hash: distinct(({ hash }) => graded('HASH', hash, nameOf(PHASE1_HASH, hash))),
    group: distinct(({ group }) => graded('GROUP', group, nameOf(GROUPS, group))),
    method: distinct(({ method }) => ({ name: nameOf(PHASE1_AUTHENTICATION, method), id: method })),
  };
}

function graded(attribute: Ikev1Attribute, id: number, name: string): GradedTransform {
  const grade = gradeOfIkev1(attribute, id);
  return { name, id, ...(grade === undefined ? {} : { grade: grade.grade, why: grade.why }) };
}

/** Whether it accepts something that it should not. */
export function isWeakIkev1({ main, aggressive }: Ikev1Scan): boolean {
  return aggressive?.showsHash === true || weakNames([...main.accepted, ...(aggressive?.accepted ?? [])]).length > 0;
}

/** Whether anybody answered at all. */
export function ikev1Answered({ main, aggressive }: Ikev1Scan): boolean {
  return main.outcome === 'answered' || aggressive?.outcome === 'answered';
}

function weakNames(suites: readonly Ikev1Suite[]): readonly string[] {
  const { encr, hash, group } = algorithms(suites);
  return [...encr, ...hash, ...group].filter(isWeak).map(({ name }) => name);
}

/** Tables by kind, the combinations, what aggressive mode shows, and the sum. */
export function ikev1ScanText(scan: Ikev1Scan, style: Style, verbose: boolean): string[] {
  const { main, aggressive, backOff, messages, seconds } = scan;
  const lines = [...modeText('IKEv1 main mode', main, scan, style, verbose)];
  if (aggressive !== undefined) {
    lines.push(
      '',
      ...(sameSuites(main, aggressive)
        ? briefAggressive(aggressive, style)
        : modeText('IKEv1 aggressive mode', aggressive, scan, style, verbose)),
    );
    if (aggressive.showsHash) {
      const text = 'it shows a hash of the pre-shared key to anybody who asks: a weak one is found without ever asking again';
      lines.push(...hanging('  hash', LABEL, style.bad(text), style.width));
    }
  }
  if (backOff !== undefined) lines.push('', ...hanging('repetitions', LABEL, backOffText(backOff), style.width));
  const weak = weakNames([...main.accepted, ...(aggressive?.accepted ?? [])]);
  const sum = `${count(messages, 'message')} in ${seconds.toFixed(1)} s${scan.interrupted ? '; interrupted' : ''}`;
  const verdict = ikev1Answered(scan)
    ? weak.length === 0 && aggressive?.showsHash !== true
      ? nothingWeak(scan.interrupted, style)
      : style.bad(
          [
            ...(weak.length === 0 ? [] : [`weak, and accepted: ${weak.join(', ')}`]),
            ...(aggressive?.showsHash === true ? ['aggressive mode with a pre-shared key'] : []),
          ].join('; '),
        )
    : scan.interrupted
      ? 'nothing was answered so far'
      : 'not spoken with us';
  lines.push('', ...wrap(`IKEv1: ${verdict}; ${ikev1Answered(scan) ? 'IKEv1 itself is historic (RFC 9395); ' : ''}${sum}.`, style.width));
  return lines;
}

function modeText(title: string, mode: Ikev1ModeScan, scan: Ikev1Scan, style: Style, verbose: boolean): string[] {
  const { outcome, first, accepted, vendorIds, payloads, notifies, peerId, complete, unanswered } = mode;
  const lines = [style.bold(title)];
  if (outcome !== 'answered')
    return [...lines, ...wrap(`  ${OUTCOMES[outcome]}${notifies.length === 0 ? '' : ` (${notifies.join(', ')})`}`, style.width)];
  const vendors = vendorTexts(vendorIds);
  if (first !== undefined) lines.push(...hanging('  first choice', LABEL + 2, suiteNames(first).join(', '), style.width));
  if (peerId !== undefined) lines.push(...hanging('  calls itself', LABEL + 2, peerId, style.width));
  if (vendors.length > 0) lines.push(...hanging('  vendor ids', LABEL + 2, vendors.join(', '), style.width));
  lines.push(...hanging('  answers with', LABEL + 2, payloads.join(', '), style.width));
  const byKind = algorithms(accepted);
  for (const { key, title: kind } of KINDS) {
    if (key === 'method' && !scan.methodsChecked) {
      lines.push('', style.bold(kind), '  it takes any in its first answer, and looks at the method later');
      continue;
    }
    lines.push('', style.bold(kind), ...byKind[key].flatMap((one) => gradedLines(one, style, verbose)));
  }
  lines.push('', style.bold(`combinations (${accepted.length}${complete ? '' : ' and more: these were enough to find every algorithm'})`));
  lines.push(
    ...wrap(accepted.map((suite) => (scan.methodsChecked ? suiteText(suite) : withoutMethod(suite))).join(', '), style.width - 2).map(
      (line) => `  ${line}`,
    ),
  );
  if (unanswered > 0)
    lines.push(
      ...hanging(
        '  no answer',
        LABEL,
        `to ${unanswered} other combinations: a peer that says nothing to what it does not take`,
        style.width,
      ),
    );
  return lines;
}

const withoutMethod = (suite: Ikev1Suite): string => {
  const [cipher, hash, , group] = suiteNames(suite);
  return [cipher, hash, group].join('/');
};

const OUTCOMES: Readonly<Record<Exclude<Ikev1ModeScan['outcome'], 'answered'>, string>> = {
  refused: 'refused, whatever the transforms',
  'name-refused': 'refused for the name: --id with the one that is configured there, or the mode is not allowed with a pre-shared key',
  silent: 'no answer',
};

function sameSuites(main: Ikev1ModeScan, aggressive: Ikev1ModeScan): boolean {
  const texts = (mode: Ikev1ModeScan) => mode.accepted.map(suiteText).toSorted().join();
  return aggressive.outcome === 'answered' && texts(main) === texts(aggressive);
}

function briefAggressive({ peerId }: Ikev1ModeScan, style: Style): string[] {
  return [
    style.bold('IKEv1 aggressive mode'),
    '  the same combinations',
    ...(peerId === undefined ? [] : hanging('  calls itself', LABEL + 2, peerId, style.width)),
  ];
}

function backOffText({ times, pattern }: NonNullable<Ikev1Scan['backOff']>): string {
  const gaps = times.slice(1).map((time, i) => (time - (times[i] ?? 0)).toFixed(1));
  const whose = pattern === undefined ? 'nobody known' : pattern;
  if (times.length === 0) return 'no answer';
  return gaps.length === 0 ? `none: the answer came once (${whose})` : `after ${gaps.join(', ')} s (${whose})`;
}

/** What stands under `ikev1` in the object of `probe scan --json`. */
export function ikev1ScanRecord(scan: Ikev1Scan): object {
  const { main, aggressive, backOff, methodsChecked, messages, seconds, interrupted } = scan;
  return {
    ...modeRecord(main),
    methods_checked: methodsChecked,
    ...(aggressive === undefined
      ? {}
      : {
          aggressive: {
            ...modeRecord(aggressive),
            ...(aggressive.peerId === undefined ? {} : { peer_id: aggressive.peerId }),
            shows_hash: aggressive.showsHash,
          },
        }),
    ...(backOff === undefined
      ? {}
      : {
          back_off: {
            seconds: backOff.times.map((time) => Math.round(time * 100) / 100),
            ...(backOff.pattern === undefined ? {} : { pattern: backOff.pattern }),
          },
        }),
    messages,
    seconds: Math.round(seconds * 10) / 10,
    interrupted,
  };
}

function modeRecord({ outcome, first, accepted, complete, unanswered, vendorIds, payloads, notifies }: Ikev1ModeScan): object {
  const byKind = algorithms(accepted);
  return {
    outcome,
    ...(first === undefined ? {} : { first_choice: suiteNames(first) }),
    accepted: Object.fromEntries(KINDS.map(({ key }) => [key, byKind[key].map(toJson)])),
    combinations: accepted.map(suiteText),
    complete,
    unanswered,
    vendor_ids: vendorIds.map((id) => describeVendorId(id).name),
    payloads,
    notifies,
  };
}
