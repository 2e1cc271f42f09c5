import { weaknessOf } from '../../crypto/grades.js';
import { cipherName, groupName, hashName, offerText, prfName } from '../effective/algorithm-names.js';
import { commonOffer, nearestOffers, type OfferPart } from '../effective/common-offer.js';
import type { ConfigEnd } from '../effective/config-end.js';
import { type Offer, offersOf } from '../effective/offer.js';
import { parseProposal } from '../proposals.js';
import { cell, evidence, row } from './cells.js';
import { meetingOffer } from './meeting-offer.js';
import type { AspectResult, Cell, Mismatch, Pair } from './mismatch.js';

const parts: Readonly<Record<OfferPart, string>> = { encryption: 'encryption', hash: 'hash', prf: 'PRF', group: 'Diffie-Hellman group' };

/** Is there a proposal in common, and which one wins; where there is none, what keeps the two nearest ones apart. */
export function compareOffers({ ours, theirs, version }: Pair, use: 'ike' | 'esp'): AspectResult {
  if (version === undefined) return { rows: [], mismatches: [] };
  const [mine, yours] = [offersOf(ours, use, version), offersOf(theirs, use, version)];
  const groups = use === 'ike';
  const label = use === 'ike' ? 'IKE proposals' : `${ours.connection.protocol.value.toUpperCase()} proposals`;
  const [a, b] = [listCell(mine, ours), listCell(yours, theirs)];
  const common = commonOffer(mine, yours, groups);
  if (common !== undefined) {
    const { cipher, hash, group } = common.chosen;
    const agreed = [
      cipher === undefined ? undefined : cipherName(cipher),
      hash === undefined ? undefined : hashName(hash),
      !groups || group === undefined ? undefined : groupName(group),
    ]
      .filter((name) => name !== undefined)
      .join(', ');
    return {
      rows: [
        row(label, a, b, true),
        row(`${label.split(' ', 1)[0]}: in common`, placed(common.ours, ours, agreed), placed(common.theirs, theirs, agreed), true),
      ],
      mismatches: unknownWords(ours, theirs, use),
    };
  }
  const nearest = nearestOffers(mine, yours, groups);
  const rows = [row(label, a, b, false)];
  if (nearest === undefined) {
    const who = mine.length === 0 ? 'our end' : 'the other end';
    const empty: Mismatch = {
      code: use === 'ike' ? 'config/no-ike-proposal' : 'config/no-esp-proposal',
      severity: 'error',
      breaks: 'up',
      title: `${who} has no ${use === 'ike' ? 'IKE' : 'ESP'} proposal for ${version === 'ikev1' ? 'IKEv1' : 'IKEv2'}`,
      cause: 'Its product has no proposals of its own: without a policy or transform set it offers and accepts nothing.',
      evidence: [evidence(mine.length === 0 ? 'ours' : 'theirs', mine.length === 0 ? a : b, 'no proposal')],
      change: {
        ...(mine.length === 0 && yours[0] !== undefined && { ours: { kind: `${use}-proposals`, offer: yours[0], version } as const }),
        ...(yours.length === 0 && mine[0] !== undefined && { theirs: { kind: `${use}-proposals`, offer: mine[0], version } as const }),
      },
      refs: [],
    };
    return { rows, mismatches: [...unknownWords(ours, theirs, use), empty] };
  }
  const { differs } = nearest;
  const withPrfs = differs.includes('prf');
  const meeting = use === 'ike' ? meetingOffer({ ours, theirs, version }, nearest) : undefined;
  const values = (offer: Offer) => differs.map((part) => valueOfPart(offer, part)).join(', ');
  return {
    rows: withPrfs ? [row(label, listCell(mine, ours, true), listCell(yours, theirs, true), false)] : rows,
    mismatches: [
      {
        code: use === 'ike' ? 'config/ike-proposals' : 'config/esp-proposals',
        severity: 'error',
        breaks: 'up',
        title: `no ${label.split(' ', 1)[0]} proposal in common: ${differs.map((part) => parts[part]).join(' and ')} ${values(nearest.ours)} at our end, ${values(nearest.theirs)} at the other`,
        cause: `A proposal is taken as a whole or not at all: NO_PROPOSAL_CHOSEN${use === 'ike' ? ', before anybody proved who he is' : '; phase 1 stands, and nothing goes through'}.${meeting === undefined ? '' : ` ${meetingText(meeting.offer)}`}`,
        evidence: [
          ...lines(nearest.ours, ours, 'ours', differs),
          ...lines(nearest.theirs, theirs, 'theirs', differs),
          ...unknownWords(ours, theirs, use).flatMap((each) => each.evidence),
        ],
        change: {
          ours: meeting ?? { kind: `${use}-proposals`, offer: nearest.theirs, version },
          theirs: meeting ?? { kind: `${use}-proposals`, offer: nearest.ours, version },
        },
        ...(meeting !== undefined && { together: true }),
        refs: use === 'ike' ? ['RFC 2409 §5', 'RFC 7296 §2.7'] : ['RFC 2409 §5.5', 'RFC 7296 §2.7'],
      },
    ],
  };
}

function meetingText({ groups: [group = 0] }: Offer): string {
  const weakness = weaknessOf('KE', group);
  return `Neither end can take what the other asks for; both have ${groupName(group)}${weakness === undefined ? '' : `, which is weak (${weakness.why}): a newer release of the older end is the better way`}.`;
}

function valueOfPart(offer: Offer, part: OfferPart): string {
  const names = {
    encryption: offer.ciphers.map(cipherName),
    hash: offer.hashes.map(hashName),
    prf: offer.prfs.map(prfName),
    group: offer.groups.map(groupName),
  }[part];
  return names.length === 0 ? 'none' : names.length > 4 ? `${names.slice(0, 3).join('/')}/…` : names.join('/');
}

function listCell(offers: readonly Offer[], end: ConfigEnd, withPrfs = false): Cell {
  const first = offers[0];
  const more = offers.length > 1 ? ` (and ${offers.length - 1} more)` : '';
  return cell(
    first?.source ?? { file: end.connection.file, line: 0 },
    first === undefined ? 'none' : `${offerText(first, withPrfs)}${more}`,
  );
}

function placed(offer: Offer, end: ConfigEnd, text: string): Cell {
  return cell(offer.source ?? { file: end.connection.file, line: 0 }, text);
}

/** The lines of an offer that matter: one for each algorithm, or the proposal's own. */
function lines(
  offer: Offer,
  end: ConfigEnd,
  who: 'ours' | 'theirs',
  differs: readonly OfferPart[],
): readonly Mismatch['evidence'][number][] {
  const { source } = offer;
  if (source === undefined) return [evidence(who, { file: end.connection.file, line: 0 }, offerText(offer))];
  const wanted = new RegExp(
    differs
      .map((part) => ({ encryption: 'encr|esp|set|lifetime$', hash: 'hash|integ|esp', prf: 'prf', group: 'group|pfs' })[part])
      .join('|'),
  );
  const own = (source.parts ?? []).filter(({ value }) => wanted.test(value));
  return (own.length > 0 ? own : [source]).map((part) => evidence(who, part, part.value));
}

/** Words of a proposal that nobody knows: the product refuses the connection, or the proposal. */
function unknownWords(ours: ConfigEnd, theirs: ConfigEnd, use: 'ike' | 'esp'): readonly Mismatch[] {
  return (
    [
      ['ours', ours],
      ['theirs', theirs],
    ] as const
  ).flatMap(([who, { connection }]) =>
    (use === 'ike' ? connection.ikeProposals : connection.espProposals).flatMap((proposal): readonly Mismatch[] => {
      const { unknown } = parseProposal(proposal.value, use);
      if (unknown.length === 0) return [];
      return [
        {
          code: 'config/unknown-algorithm',
          severity: 'error',
          breaks: 'up',
          title: `${unknown.join(', ')} in a proposal of ${who === 'ours' ? 'our end' : 'the other end'} is no algorithm that any of the products knows`,
          cause: 'A connection with a word that is not understood is not loaded.',
          evidence: [evidence(who, proposal, proposal.value)],
          change: {},
          refs: [],
        },
      ];
    }),
  );
}
