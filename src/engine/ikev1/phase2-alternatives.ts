import { ByteReader } from '../../bytes/reader.js';
import type { ProposalV1, SaV1 } from '../../wire/ike/payloads/sa-v1.js';
import { IPCOMP_TRANSFORM } from '../../wire/ike/tables/authentication.js';
import { PROTOCOL, PROTOCOL_V1 } from '../../wire/ike/tables/protocols.js';
import { TRANSFORM } from '../../wire/ike/tables/transforms.js';
import { type Choice, chooseProposal, proposalsText } from '../ike/proposals.js';
import type { ChildSettings } from '../ike/settings.js';
import { childSuiteOf } from '../ike/suite.js';
import type { ChildPlan, QuickSuite } from './children.js';
import { withKnownGroup } from './new-group.js';
import type { Phase2Way } from './phase2-suite.js';
import { type Phase2Transform, readPhase2, shortest } from './phase2-suite.js';
import type { Established } from './state.js';

/** Ways that are read of one offer at most: each number of each protocol can be combined with each other. */
const MAX_WAYS = 512;

/** Every way that we can run, in the order of the offer. `groups`: those that bear numbers of their own here. */
export function readWays(sa: SaV1, groups?: Established['groups']): readonly Phase2Way[] {
  const ways: Phase2Way[] = [];
  for (const number of new Set(sa.proposals.map((proposal) => proposal.number))) {
    for (const way of waysOf(
      sa.proposals.filter((proposal) => proposal.number === number),
      groups,
    )) {
      if (ways.length === MAX_WAYS) return ways;
      ways.push({ ...way, main: { ...way.main, proposal: { ...way.main.proposal, number: ways.length + 1 } } });
    }
  }
  return ways;
}

interface Read {
  readonly from: ProposalV1;
  readonly transform: Phase2Transform;
}

/** All combinations of what stands under one number; none where something is there that we cannot do. */
function* waysOf(together: readonly ProposalV1[], groups: Established['groups']): Generator<Phase2Way> {
  const of = (protocol: number) => together.filter((proposal) => proposal.protocol === protocol);
  const [esp, ah, ipcomp] = [of(PROTOCOL.ESP), of(PROTOCOL.AH), of(PROTOCOL_V1.IPCOMP)];
  const known = esp.length + ah.length + ipcomp.length === together.length && [esp, ah, ipcomp].every(({ length }) => length <= 1);
  const [main, around] = esp[0] === undefined ? [ah[0]] : [esp[0], ah[0]];
  if (!known || main === undefined) return;
  const comp = ipcomp[0] === undefined ? undefined : deflateOf(ipcomp[0]);
  if (comp === undefined && ipcomp.length > 0) return;
  for (const inside of readAll(main, groups)) {
    for (const outside of around === undefined ? [undefined] : readAll(around, groups)) {
      const all = [...(outside === undefined ? [] : [outside]), inside];
      yield {
        main: inside.transform,
        ...(outside === undefined ? {} : { ah: outside.transform }),
        compressed: comp !== undefined,
        form: inside.transform.form,
        lifetime: shortest(...all.map(({ transform }) => transform.lifetime)),
        // In the order of the offer.
        from: together.flatMap((one) => all.find(({ from }) => from.protocol === one.protocol)?.from ?? comp ?? []),
      };
    }
  }
}

function readAll(proposal: ProposalV1, groups: Established['groups']): readonly Read[] {
  if (proposal.spi.length !== SPI_LENGTH) return [];
  return proposal.transforms.flatMap((one) => {
    const transform = readPhase2(proposal, withKnownGroup(one, groups));
    return transform === undefined ? [] : [{ from: { ...proposal, transforms: [one] }, transform }];
  });
}

const SPI_LENGTH = 4;

/** CPIs have two bytes; some say them in four (RFC 3173 §4.1). */
const CPI_LENGTHS = [2, 4];

function deflateOf(proposal: ProposalV1): ProposalV1 | undefined {
  const deflate = proposal.transforms.find(({ id }) => id === IPCOMP_TRANSFORM.DEFLATE);
  return deflate === undefined || !CPI_LENGTHS.includes(proposal.spi.length) ? undefined : { ...proposal, transforms: [deflate] };
}

/** Algorithms of a way; undefined when one of them is not known here. */
export function suiteOf({ main, ah }: Phase2Way): QuickSuite | undefined {
  const [inside, outside] = [childSuiteOf(main.proposal), ah === undefined ? undefined : childSuiteOf(ah.proposal)];
  if (inside === undefined || (ah !== undefined && outside === undefined)) return undefined;
  return { main: inside, ...(outside === undefined ? {} : { ah: outside }) };
}

/** What the other end says in a way: its SPIs, and how packets shall look. `cpiIn`: ours. */
export function peerSide(way: Phase2Way, cpiIn: number | undefined): Pick<ChildPlan, 'spiOut' | 'ahSpiOut' | 'compression' | 'form'> {
  const spiOf = (protocol: number) => way.from.find((proposal) => proposal.protocol === protocol)?.spi;
  const cpi = spiOf(PROTOCOL_V1.IPCOMP);
  const ahSpi = way.ah === undefined ? undefined : spiOf(PROTOCOL.AH);
  const compression =
    cpi === undefined || cpiIn === undefined
      ? undefined
      : { algorithm: 'DEFLATE' as const, cpiIn, cpiOut: new ByteReader(cpi.subarray(cpi.length - 2)).u16('CPI') };
  return {
    spiOut: new ByteReader(way.main.proposal.spi).u32('SPI'),
    ...(ahSpi === undefined ? {} : { ahSpiOut: new ByteReader(ahSpi).u32('SPI') }),
    ...(compression === undefined ? {} : { compression }),
    form: way.form,
  };
}

/** `AH:AUTH_HMAC_SHA1_96 + ESP:AES_CBC_128/AUTH_HMAC_SHA1_96/NO_ESN + IPCOMP:DEFLATE`; several joined by commas. */
export function waysText(ways: readonly Phase2Way[]): string {
  return ways
    .map(({ main, ah, compressed }) =>
      [
        ...(ah === undefined ? [] : [proposalsText([ah.proposal])]),
        proposalsText([main.proposal]),
        ...(compressed ? ['IPCOMP:DEFLATE'] : []),
      ].join(' + '),
    )
    .join(', ');
}

/** What an answer holds. strongSwan answers the same way with and without IPComp, and compresses: that counts as one. */
export function readChosen(sa: SaV1): readonly Phase2Way[] {
  const ways = readWays(sa);
  const plain = (way: Phase2Way) => waysText([{ ...way, compressed: false }]);
  const [first, second] = ways;
  const asked = ways.length === 2 && first?.compressed !== second?.compressed;
  return asked && first !== undefined && second !== undefined && plain(first) === plain(second)
    ? ways.filter(({ compressed }) => compressed)
    : ways;
}

/** As of proposals: one, or why there is none, with both sides' offers. */
export type WayChoice = { readonly ok: true; readonly way: Phase2Way } | Extract<Choice, { ok: false }>;

/** What a responder takes of an offer, by its own order; compression where it wants that and is offered it. */
export function chooseWay(settings: ChildSettings, ways: readonly Phase2Way[]): WayChoice {
  const tries = settings.compress ? [true, false] : [false];
  let first: Choice | undefined;
  for (const compressed of tries) {
    const fitting = ways.filter((way) => way.compressed === compressed && takesAh(settings, way));
    const choice = chooseProposal(
      settings.proposals,
      fitting.map(({ main }) => main.proposal),
    );
    const way = choice.ok ? fitting.find(({ main }) => main.proposal.number === choice.chosen.number) : undefined;
    if (way !== undefined) return { ok: true, way };
    if (first === undefined || fitting.length > 0) first = choice;
  }
  const together = ways.some((way) => (way.ah !== undefined) !== (settings.ah !== undefined) || (way.compressed && !settings.compress));
  const ours = proposalsText([...(settings.ah ?? []), ...settings.proposals]);
  const text = first?.ok === false ? first.text : 'none of the proposals is usable';
  if (!together) return { ok: false, text, ours, theirs: waysText(ways) };
  const wanted = `${settings.ah === undefined ? 'no AH' : 'AH'} beside ESP, ${settings.compress ? 'IPComp or not' : 'no IPComp'}`;
  return { ok: false, text: `${text}; together we want ${wanted}`, ours, theirs: waysText(ways) };
}

function takesAh({ ah }: ChildSettings, way: Phase2Way): boolean {
  if (ah === undefined || way.ah === undefined) return ah === undefined && way.ah === undefined;
  return chooseProposal(withAnyGroup(ah, way.ah), [way.ah.proposal]).ok;
}

/** The group of a quick mode is that of its main part. */
function withAnyGroup(ah: NonNullable<ChildSettings['ah']>, { proposal }: Phase2Transform): NonNullable<ChildSettings['ah']> {
  const groups = proposal.transforms.filter(({ type }) => type === TRANSFORM.KE);
  return ah.map((one) => ({ ...one, transforms: [...one.transforms.filter(({ type }) => type !== TRANSFORM.KE), ...groups] }));
}
