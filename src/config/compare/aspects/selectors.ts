import { contains, formatNetwork, sameNetwork } from '../../../wire/ip/network.js';
import { type ConfigEnd, productNames } from '../../effective/config-end.js';
import { pairsBeyondFirst } from '../../effective/first-pair.js';
import { mirrored, type SelectorNetworks, type SourcedSelectors, samePair, selectorsOf, selectorText } from '../../effective/selectors.js';
import { cell, row } from '../cells.js';
import type { Aspect, Cell, Mismatch, Pair, Row } from '../mismatch.js';

/** More pairs than this are not listed one by one. */
const SHOWN = 8;

/** The networks of the tunnel, each end's the mirror image of the other's. */
export const aspect: Aspect = {
  id: 'selectors',
  compare({ ours, theirs, version }) {
    const [mine, yours] = [selectorsOf(ours.connection), selectorsOf(theirs.connection)];
    if (mine.unknown.length > 0 || yours.unknown.length > 0) return unknownNames(mine, yours, ours, theirs);
    const seenFromHere = yours.pairs.map((pair) => ({ ...mirrored(pair), places: pair.places }));
    const missingThere = mine.pairs.filter((pair) => !seenFromHere.some((other) => samePair(pair, other)));
    const missingHere = seenFromHere.filter((pair) => !mine.pairs.some((other) => samePair(pair, other)));
    const rows: Row[] = mine.pairs.slice(0, SHOWN).map((pair) => {
      const same = seenFromHere.find((other) => samePair(pair, other));
      const near = same ?? missingHere.find((other) => overlaps(pair, other)) ?? missingHere[mine.pairs.indexOf(pair)];
      return row(
        'networks',
        cellOf(pair),
        near === undefined ? cell({ file: theirs.connection.file, line: 0 }, 'none') : cellOf(near),
        same !== undefined,
      );
    });
    for (const pair of missingHere.slice(0, SHOWN))
      if (!rows.some(({ theirs: { text } }) => text === selectorText(pair)))
        rows.push(row('networks', cell({ file: ours.connection.file, line: 0 }, 'none'), cellOf(pair), false));
    const apart = version === 'ikev1' || [ours, theirs].some(({ connection }) => connection.dialect === 'cisco-asa');
    if (missingThere.length === 0 && missingHere.length === 0)
      return {
        rows,
        mismatches: apart ? [...onePairOnly(ours, theirs, version, 'ours'), ...onePairOnly(theirs, ours, version, 'theirs')] : [],
      };
    const [a, b] = [missingThere[0], missingHere[0]];
    const narrowed = version === 'ikev2' && a !== undefined && b !== undefined && overlaps(a, b) && narrows(ours, theirs);
    const swapped = a !== undefined && b !== undefined && samePair(a, mirrored(b));
    const oneSided = a === undefined || b === undefined;
    const others = mine.pairs.length > missingThere.length;
    const mismatch: Mismatch = {
      code: swapped ? 'config/selectors-not-mirrored' : 'config/selectors',
      severity: narrowed ? 'warning' : 'error',
      breaks: narrowed || (oneSided && others) ? 'traffic' : 'up',
      title: titleOf(a, b, swapped),
      cause: swapped
        ? 'The other end has the networks in the order of our end: there the first must be its own, the second ours.'
        : narrowed
          ? 'In IKEv2 the answering end narrows what is asked for to what both have: the tunnel comes up, and what is outside of that does not get into it.'
          : refusalOf({ ours, theirs, version }, others),
      evidence: [...placesOf(a), ...placesOf(b)],
      change: {
        ours: { kind: 'selectors', pairs: seenFromHere.map(plain), apart },
        theirs: { kind: 'selectors', pairs: mine.pairs.map((pair) => mirrored(plain(pair))), apart },
      },
      refs: ['RFC 2409 §5.5', 'RFC 7296 §2.9'],
    };
    return { rows, mismatches: [mismatch] };
  },
};

/** Several networks in one connection of strongSwan, where one pair of them gets an SA. */
function onePairOnly(end: ConfigEnd, { product }: ConfigEnd, version: Pair['version'], who: 'ours' | 'theirs'): readonly Mismatch[] {
  const [beyond] = pairsBeyondFirst(end.connection, end.product);
  if (beyond === undefined) return [];
  const whose = who === 'ours' ? 'our end' : 'the other end';
  return [
    {
      code: 'config/one-pair-of-networks',
      // Not every release of Cisco's is known to do it.
      severity: version === 'ikev1' ? 'warning' : 'info',
      breaks: version === 'ikev1' ? 'traffic' : 'nothing',
      title: `${whose} has several networks in one connection, and one pair of them ${version === 'ikev1' ? 'gets' : 'may get'} an SA: not ${selectorText(beyond)}`,
      cause:
        version === 'ikev1'
          ? 'In IKEv1 an SA carries one pair, and strongSwan asks for the first of a connection (unless both ends speak Unity): what is for the others gets no tunnel before the other end asks for one. Each pair wants a connection of its own.'
          : `strongSwan asks for all networks of a connection in one CHILD_SA, and ${productNames[product]} is known to answer with one pair, that of one entry of its access list. With a connection for each pair that cannot happen.`,
      evidence: placesOf(beyond),
      change: { [who]: { kind: 'selectors', pairs: selectorsOf(end.connection).pairs.map(plain), apart: true } },
      refs: ['swanctl.conf(5): local_ts', 'RFC 2409 §5.5', 'RFC 7296 §2.9'],
    },
  ];
}

/** What an end does with networks that it has not. */
function refusalOf({ ours, theirs, version }: Pair, others: boolean): string {
  const rest = others ? '; the pairs that agree come up' : '';
  if (version === 'ikev1')
    return `Quick mode asks for one pair of networks, and the other end has to have exactly that one: INVALID_ID_INFORMATION, or silence${rest}.`;
  const exact = [...new Set([ours, theirs].filter((end) => !narrowsItself(end)).map(({ product }) => productNames[product]))];
  if (exact.length > 0)
    return `${exact.join(' and ')} ${exact.length > 1 ? 'want the pair they have' : 'wants the pair it has'}: TS_UNACCEPTABLE, or silence${rest}.`;
  return others
    ? 'In IKEv2 the answering end leaves out what it has not: the tunnel comes up without these networks, and nothing is refused.'
    : 'In IKEv2 the answering end narrows what is asked for to what both have, and that is nothing: TS_UNACCEPTABLE.';
}

/** strongSwan narrows what is asked for by itself, libreswan where it is told to (`narrowing=yes`); nobody else is known to. */
function narrows(ours: ConfigEnd, theirs: ConfigEnd): boolean {
  return [ours, theirs].every(narrowsItself);
}

function narrowsItself({ connection, product }: ConfigEnd): boolean {
  const told = connection.other.some(({ key, value }) => key === 'narrowing' && /^(yes|true|on|1)$/i.test(value.value));
  return product === 'strongswan' || (product === 'libreswan' && told);
}

function titleOf(a: SourcedSelectors | undefined, b: SourcedSelectors | undefined, swapped: boolean): string {
  if (a !== undefined && b === undefined) return `the other end has nothing for ${selectorText(a)}`;
  if (a === undefined) return b === undefined ? '' : `our end has nothing for ${selectorText(b)}`;
  if (b === undefined) return '';
  if (swapped) return `the other end's networks are not the mirror image of ours but the same: ${selectorText(a)}`;
  const parts = (['local', 'remote'] as const).flatMap((side) =>
    sameNetwork(a[side], b[side])
      ? []
      : [`${side === 'local' ? 'our' : 'their'} network is ${formatNetwork(a[side])} at our end, ${formatNetwork(b[side])} at the other`],
  );
  return parts.length > 0 ? parts.join('; ') : `protocol and port differ: ${selectorText(a)} at our end, ${selectorText(b)} at the other`;
}

function plain({ places: _, ...pair }: SourcedSelectors): SelectorNetworks {
  return pair;
}

function overlaps(a: SelectorNetworks, b: SelectorNetworks): boolean {
  return (['local', 'remote'] as const).every((side) => contains(a[side], b[side]) || contains(b[side], a[side]));
}

/** In the words of our end, whoever's it is: the table compares like with like. */
function cellOf(pair: SourcedSelectors): Cell {
  return cell(pair.places[0] ?? { file: '', line: 0 }, selectorText(pair));
}

function placesOf(pair: SourcedSelectors | undefined): readonly Mismatch['evidence'][number][] {
  const seen = new Set<string>();
  return (pair?.places ?? []).flatMap(({ file, line, value }) => {
    const key = `${file}:${line} ${value}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [line > 0 ? { file, line, text: value } : { file, text: `${value} (the address itself: no network is given)` }];
  });
}

function unknownNames(
  mine: ReturnType<typeof selectorsOf>,
  yours: ReturnType<typeof selectorsOf>,
  ours: { readonly connection: { readonly file: string } },
  theirs: { readonly connection: { readonly file: string } },
): { readonly rows: readonly Row[]; readonly mismatches: readonly Mismatch[] } {
  const text = ({ pairs, unknown }: typeof mine) =>
    [...pairs.map(selectorText), ...unknown.map(({ value }) => value)].slice(0, SHOWN).join(', ');
  const place = ({ pairs, unknown }: typeof mine, file: string) => unknown[0] ?? pairs[0]?.places[0] ?? { file, line: 0 };
  return {
    rows: [
      row('networks', cell(place(mine, ours.connection.file), text(mine)), cell(place(yours, theirs.connection.file), text(yours)), true),
    ],
    mismatches: [],
  };
}
