import { hexNumber } from '../../bytes/hex.js';
import { cipherByName } from '../../crypto/ciphers.js';
import { type Weakness, weaknessOf } from '../../crypto/grades.js';
import { integrityByName } from '../../crypto/integrity.js';
import { childAlgorithms } from '../../engine/child-algorithms.js';
import type { ChildSa } from '../../engine/child-sa.js';
import { hostSelector } from '../../engine/ike/selectors.js';
import { MAX_PAIRS } from '../../engine/ikev1/quick-initiator.js';
import { selectorFacts } from '../../wire/ike/selector-facts.js';
import { probeFinding } from '../shared/finding.js';
import { applies, type Outcome, skips } from '../shared/probe.js';
import type { Probe, ProbeContext } from './probe.js';
import { exchangePatience } from './shared/begin.js';
import { fixes, ipsecSubnet, productOf, proposalLines } from './shared/dialect.js';
import { selectorCovers } from './shared/inner-addresses.js';
import { refused } from './shared/refused.js';
import { strongerThan } from './shared/stronger.js';

const SELECTOR_REFUSALS: ReadonlySet<string> = new Set(['ts-unacceptable', 'single-pair-required']);

/** The CHILD_SA: algorithms, mode, and what the peer narrowed the selectors to. */
export const probe: Probe = {
  id: 'child',
  title: 'CHILD_SA and selectors',
  titleOf: ({ tunnel }) => (tunnel.ikev1 === undefined ? 'CHILD_SA and selectors' : 'quick mode'),
  after: ['auth-ours', 'auth-theirs', 'configuration'],
  plan: ({ tunnel }) =>
    tunnel.proof === undefined
      ? skips('comes with IKE_AUTH')
      : tunnel.settings.child === undefined
        ? skips('not asked for (--no-child)')
        : applies,
  async run(context) {
    const { facts, link, target } = context;
    const pairs = pairsOf(target);
    const settled = () =>
      facts.children.length + facts.childRefusals.length >= pairs.length || facts.down !== undefined || facts.takenDown !== undefined;
    await link.waitFor(settled, exchangePatience(context));
    const { ping } = target;
    if (ping !== undefined) facts.prefer(({ remoteSelectors }) => remoteSelectors.some((one) => selectorCovers(one, ping)));
    if (facts.child !== undefined) return pairs.length > 1 ? severalUp(context, pairs) : oneUp(context, facts.child);
    const refusal = facts.childRefusals.at(-1)?.refusal ?? facts.refusal;
    if (refusal === undefined) return { status: 'fail', text: 'the peer made none and did not say why' };
    const first = refused('child', refusal, context);
    if (target.tunnel.selectorsGiven || !SELECTOR_REFUSALS.has(refusal.code) || !facts.ikeUp) return first;
    return (await hostToHost(context)) ?? first;
  },
};

/** A pair of networks in words, as the report has them. */
const pairText = (local: ChildSa['localSelectors'], remote: ChildSa['remoteSelectors']): string => `${textOf(local)} to ${textOf(remote)}`;

/** IKEv1 makes a child for each pair of networks (RFC 2409 §5.5), IKEv2 one for all. */
function pairsOf({ tunnel: { ikev1, settings } }: ProbeContext['target']): readonly string[] {
  const { localSelectors = [], remoteSelectors = [] } = settings.child ?? {};
  if (ikev1 === undefined) return [pairText(localSelectors, remoteSelectors)];
  return localSelectors.flatMap((local) => remoteSelectors.map((remote) => pairText([local], [remote]))).slice(0, MAX_PAIRS);
}

/** One line for the children of all pairs; the peer may have refused some of them. */
function severalUp(context: ProbeContext, pairs: readonly string[]): Outcome {
  const { facts, target } = context;
  const { children } = facts;
  const pairOf = ({ localSelectors, remoteSelectors }: ChildSa) => pairText(localSelectors, remoteSelectors);
  const up = children.map(pairOf);
  const made = [...pairs.filter((pair) => up.includes(pair)), ...up.filter((pair) => !pairs.includes(pair))];
  const missing = pairs.filter((pair) => !up.includes(pair));
  // One that the peer has narrowed is told in its place.
  const odd = children.find((child) => !pairs.includes(pairOf(child)));
  const first = odd ?? children[0];
  if (first === undefined) return { status: 'fail', text: 'the peer made none and did not say why' };
  const one = oneUp(context, first, odd === undefined);
  const text = `${made.join('; ')}; ${childAlgorithms(first).join(', ')}`;
  const refusal = facts.childRefusals.at(-1)?.refusal;
  if (refusal === undefined) return { ...one, text };
  const why = refused('child', refusal, context);
  return {
    status: 'warn',
    text: `${text}; not made: ${missing.join('; ')}: ${why.text}`,
    details: [...(one.details ?? []), ...(why.details ?? [])],
    findings: [
      ...why.findings.map((finding) => ({
        ...finding,
        severity: 'warning' as const,
        title: `${facts.address ?? target.host} makes ${made.join(' and ')}, and refuses ${missing.join(' and ')}`,
        cause: `Every pair of networks is a quick mode of its own in IKEv1, and what was agreed on for one is right for the other: ${missing.join('; ')} most likely stands in no connection there. ${finding.cause}`,
      })),
      ...(one.findings ?? []),
    ],
  };
}

/** Selectors as wide as ours were are refused by some; those of the two hosts themselves are what others have. */
async function hostToHost(context: ProbeContext): Promise<Outcome | undefined> {
  const { facts, link, target } = context;
  const { child } = target.tunnel.settings;
  const { source, address } = facts;
  if (child === undefined || source === undefined || address === undefined) return undefined;
  const refusals = facts.childRefusals.length;
  link.command({
    kind: 'create-child',
    child: {
      ...child,
      localSelectors: [hostSelector(source.replace(/%.*$/, ''))],
      remoteSelectors: [hostSelector(address.replace(/%.*$/, ''))],
    },
  });
  const settled = () => facts.child !== undefined || facts.childRefusals.length > refusals || facts.down !== undefined;
  await link.waitFor(settled, exchangePatience(context));
  if (facts.child === undefined) return undefined;
  const outcome = oneUp(context, facts.child);
  return { ...outcome, text: `${outcome.text}; ${textOf(child.remoteSelectors)} was refused, these are the two hosts` };
}

/** `asAsked`: its networks are one of several pairs that were asked for. */
function oneUp({ target, facts }: ProbeContext, child: ChildSa, asAsked = false): Outcome {
  const algorithms = childAlgorithms(child).join(', ');
  const local = textOf(child.localSelectors);
  const remote = textOf(child.remoteSelectors);
  const asked = target.tunnel.settings.child;
  const narrowed = !asAsked && asked !== undefined && (textOf(asked.localSelectors) !== local || textOf(asked.remoteSelectors) !== remote);
  const wanted = asked === undefined ? { local, remote } : { local: textOf(asked.localSelectors), remote: textOf(asked.remoteSelectors) };
  const text = `${local} to ${remote}, ${algorithms}`;
  const details = [
    `${child.protocol.toUpperCase()} ${child.mode} mode${child.encapsulation === 'none' ? '' : ` in ${child.encapsulation.toUpperCase()}`}, SPI in ${hexNumber(child.spiIn, 8)}, out ${hexNumber(child.spiOut, 8)}`,
    ...(narrowed && asked !== undefined
      ? [`asked: ${textOf(asked.localSelectors)} to ${textOf(asked.remoteSelectors)}`, `the peer narrowed to: ${local} to ${remote}`]
      : []),
    ...(child.kilobytes === undefined ? [] : [`lifetime ${child.kilobytes} kB`]),
  ];
  const weak = weaknesses(child);
  const findings = [
    ...(haveCommonFamily(child)
      ? []
      : [
          probeFinding(target, facts, {
            slug: 'selectors-of-two-families',
            severity: 'error',
            confidence: 0.99,
            title: `No packet fits the selectors: ${local} is of one version of IP, ${remote} of the other`,
            cause:
              'A packet has both its addresses of one version. The peer took these selectors as they are; nothing will ever pass through them.',
            evidence: [{ text: `step child: ${text}` }],
            fix: [
              {
                end: 'either',
                text: 'a network of the same version at each end: --local-ts and --remote-ts; swanctl.conf local_ts, remote_ts',
              },
            ],
            refs: ['RFC 4301 §4.4.1'],
          }),
        ]),
    ...(weak.length === 0
      ? []
      : [
          probeFinding(target, facts, {
            slug: 'weak-esp-algorithms',
            severity: 'warning',
            confidence: 0.9,
            title: `The peer chose ${weak.map(({ name }) => name).join(', ')} for the CHILD_SA`,
            cause: weak.map(({ name, why }) => `${name}: ${why}.`).join(' '),
            evidence: [{ text: `step child: ${algorithms}` }],
            fix: fixes(
              'theirs',
              proposalLines(
                strongerThan(asked?.proposals ?? [], 'child').proposals,
                'child',
                productOf(facts.vendorIds),
                target.tunnel.ikev1 === undefined ? 2 : 1,
              ),
              'configure a stronger one, ',
            ),
            refs: ['RFC 8221 §5', 'RFC 8221 §6'],
          }),
        ]),
    ...(!asAsked &&
    target.tunnel.selectorsGiven &&
    ((target.tunnel.settings.request === undefined && cut(asked?.localSelectors, local)) || cut(asked?.remoteSelectors, remote))
      ? [
          probeFinding(target, facts, {
            slug: 'selectors-narrowed',
            severity: 'warning',
            confidence: 0.95,
            title: `The peer narrowed our selectors to ${local} and ${remote}`,
            cause:
              'The two ends are not configured for the same subnets, protocols and ports: what lies outside the common part does not pass, though the tunnel is up.',
            evidence: details.slice(1, 3).map((line) => ({ text: `step child: ${line}` })),
            fix: [
              {
                end: 'ours',
                text: `swanctl.conf local_ts = ${local}, remote_ts = ${remote}; ipsec.conf ${ipsecSubnet('left', local)} ${ipsecSubnet('right', remote)}`,
              },
              {
                end: 'theirs',
                // An address that it gives stands for our network.
                text:
                  target.tunnel.settings.request === undefined
                    ? `or there: swanctl.conf local_ts = ${wanted.remote}, remote_ts = ${wanted.local}; ipsec.conf ${ipsecSubnet('left', wanted.remote)} ${ipsecSubnet('right', wanted.local)}`
                    : `or there: swanctl.conf local_ts = ${wanted.remote}; ipsec.conf ${ipsecSubnet('left', wanted.remote)}`,
              },
            ],
            refs: ['RFC 7296 §2.9'],
          }),
        ]
      : []),
  ];
  const serious = findings.some(({ severity }) => severity === 'error');
  return { status: serious ? 'fail' : findings.length > 0 ? 'warn' : 'pass', text, details, findings };
}

/** Whether any packet can have one address at each end. */
function haveCommonFamily({ localSelectors, remoteSelectors }: ChildSa): boolean {
  return localSelectors.some(({ start }) => remoteSelectors.some((remote) => remote.start.length === start.length));
}

/** Less than asked for, where not everything was asked for: that is for the peer to narrow, to the address it gave for one. */
function cut(asked: ChildSa['localSelectors'] | undefined, got: string): boolean {
  return asked !== undefined && textOf(asked) !== got && !asked.every(isEverything);
}

const isEverything = ({ start, end, protocol }: ChildSa['localSelectors'][number]): boolean =>
  protocol === 0 && start.every((byte) => byte === 0) && end.every((byte) => byte === 255);

function weaknesses({ encryption, integrity, ah }: ChildSa): readonly Weakness[] {
  const cipher = encryption === undefined ? undefined : cipherByName(encryption)?.ikev2;
  // AH around ESP protects as well as the better of the two.
  const macs = [integrity, ah?.integrity].flatMap((name) => (name === undefined ? [] : (integrityByName(name)?.ikev2 ?? [])));
  const weakMacs = macs.flatMap((mac) => weaknessOf('INTEG', mac) ?? []);
  const weakCipher = cipher === undefined ? undefined : weaknessOf('ENCR', cipher);
  return [...(weakCipher === undefined ? [] : [weakCipher]), ...(weakMacs.length === macs.length ? weakMacs.slice(0, 1) : [])];
}

function textOf(selectors: ChildSa['localSelectors']): string {
  return selectorFacts({ selectors })
    .map(({ text }) => text)
    .join(', ');
}
