import type { OpenvpnHappening, OptionDifference } from '../../../engine/openvpn/happenings.js';
import type { Finding } from '../../../model/finding.js';
import { compressionWords, inconsistentLogWords, optionEffects } from '../../../model/openvpn-words.js';
import { probeFinding } from '../../shared/finding.js';
import type { Outcome } from '../../shared/probe.js';
import type { ProbeContext } from '../probe.js';
import type { ProbeId } from '../probe-ids.js';
import type { ProbeFacts } from './probe-facts.js';

/** What both ends say of their options, side by side. */
export interface ComparedOptions {
  /** `differ in tun-mtu, comp-lzo`. */
  readonly text: string;
  readonly details: readonly string[];
  /** Where something differs that nobody negotiates. */
  readonly finding?: Finding;
}

export function compareOutcome(
  id: ProbeId,
  { ours, theirs, differences: said }: Extract<OpenvpnHappening, { kind: 'options' }>,
  { facts, target }: ProbeContext,
): ComparedOptions {
  const differences = said.map((one) => (isPushed(one, facts) ? { ...one, negotiable: true } : one));
  const both = [
    ...(facts.peerInfo.length === 0 ? [] : [`peer: ${facts.peerInfo.join(' ')}`]),
    `ours: ${ours.replaceAll(',', ', ')}`,
    `theirs: ${theirs.replaceAll(',', ', ')}`,
  ];
  const worse = differences.filter(({ negotiable }) => !negotiable);
  if (differences.length === 0) return { text: 'the same options at both ends', details: both };
  const details = [...differences.map(differenceText), ...both];
  if (worse.length === 0) return { text: `options differ only in what is negotiated or does not matter: ${names(differences)}`, details };
  const compression = worse.some(({ option }) => option === 'comp-lzo');
  const finding = mismatch(id, worse, { facts, target }, 'warning', [
    compression ? compressionWords('one end', 'the other').cause : 'What the two ends make of packets is not the same.',
  ]);
  return { text: `options differ in ${names(worse)}`, details, finding };
}

/** A server of 2.6 and later pushes its `tun-mtu` to clients that say IV_MTU: what was said before has no effect then. */
function isPushed({ option, theirs }: OptionDifference, { push }: Pick<ProbeFacts, 'push'>): boolean {
  return option === 'tun-mtu' && theirs !== undefined && push?.options.includes(theirs) === true;
}

/** Options that differ, for which nothing passes: what was seen of it is said with them. */
export function brokenBy(
  id: ProbeId,
  breaking: readonly OptionDifference[],
  seen: string,
  context: Pick<ProbeContext, 'facts' | 'target'>,
): Outcome {
  const text = `${seen}: the ends differ in ${names(breaking)}`;
  const effects = breaking.map(({ option }) => `${option}: ${optionEffects[option]}.`);
  const finding = mismatch(id, breaking, context, 'error', effects);
  return { status: 'fail', text, findings: [{ ...finding, evidence: [...finding.evidence, { text: `step ${id}: ${seen}` }] }] };
}

function mismatch(
  id: ProbeId,
  differences: readonly OptionDifference[],
  { facts, target }: Pick<ProbeContext, 'facts' | 'target'>,
  severity: 'error' | 'warning',
  effects: readonly string[],
): Finding {
  return {
    ...probeFinding(target, facts, {
      slug: 'options-mismatch',
      severity,
      confidence: 0.9,
      title: `The ends differ in ${differences.map(({ option, ours: here = 'nothing', theirs: there = 'nothing' }) => `${option} (ours ${here}, theirs ${there})`).join(', ')}`,
      cause: `${effects.join(' ')} Whoever looks for it: ${inconsistentLogWords()}.`,
      evidence: differences.map((difference) => ({ text: `step ${id}: ${differenceText(difference)}` })),
      fix: differences.slice(0, 3).map(({ option, theirs: there }) => ({
        end: 'ours' as const,
        text:
          option === 'mtu-dynamic'
            ? 'fragment with the same number at both ends, or at none'
            : `${there === undefined ? `without ${option}, as there` : `${there}, as the other end has it`}, or the other way round`,
      })),
      dependsOn: ['openvpn/compression-mismatch', 'openvpn/pushed-compression-refused', 'openvpn/no-pull'],
      refs: ['OpenVPN manual --opt-verify'],
    }),
    code: 'openvpn/options-mismatch',
  };
}

/** Without these alike at both ends no data is understood; nor, `echo`, is anything inside answered. */
const BREAKING = { data: ['comp-lzo', 'mtu-dynamic', 'dev-type'], echo: ['comp-lzo', 'mtu-dynamic', 'dev-type', 'ifconfig'] } as const;

/** What the options strings say that is enough to stop data, or an echo through the tunnel. */
export function breakingDifferences({ options }: Pick<ProbeFacts, 'options'>, of: keyof typeof BREAKING): readonly OptionDifference[] {
  const breaking: readonly string[] = BREAKING[of];
  return options?.differences.filter(({ option, negotiable }) => !negotiable && breaking.includes(option)) ?? [];
}

function names(differences: readonly OptionDifference[]): string {
  return differences.map(({ option }) => option).join(', ');
}

function differenceText({ option, ours = 'not there', theirs = 'not there', negotiable }: OptionDifference): string {
  return `${option}: ours ${ours}, theirs ${theirs}${negotiable ? ' (negotiated, or without effect)' : ''}`;
}
