import { CARRIED_BARE, type TrackedSa } from './tracked-sa.js';

/** Two SAs whose lives miss each other by more than this, in seconds, are not one tunnel. */
const APART = 10;
/** Candidates looked at on either side of the nearest start. */
const NEIGHBOURS = 8;

/** The other direction of each SA of `sas`, where there is one; `negotiated` are SPIs known to belong together. */
export function pairSas(sas: readonly TrackedSa[], negotiated: ReadonlyMap<number, number>): Map<TrackedSa, TrackedSa> {
  const partners = new Map<TrackedSa, TrackedSa>();
  const directions = byDirection(sas);
  for (const [key, there] of directions) {
    const back = directions.get(reverseKey(there[0] as TrackedSa));
    // Each two directions are looked at once. An SA from a host to itself has no other direction.
    if (back === undefined || there === back || key > directionKey(back[0] as TrackedSa)) continue;
    pairNegotiated(there, back, negotiated, partners);
    pairByTime(there, back, partners);
  }
  return partners;
}

function byDirection(sas: readonly TrackedSa[]): Map<string, TrackedSa[]> {
  const directions = new Map<string, TrackedSa[]>();
  for (const sa of sas) {
    const key = directionKey(sa);
    const there = directions.get(key);
    if (there === undefined) directions.set(key, [sa]);
    else there.push(sa);
  }
  return directions;
}

function directionKey(sa: TrackedSa): string {
  return `${sa.protocol} ${sa.carried} ${sa.src} ${sa.dst}`;
}

function reverseKey(sa: TrackedSa): string {
  return `${sa.protocol} ${sa.carried} ${sa.dst} ${sa.src}`;
}

function pairNegotiated(
  there: readonly TrackedSa[],
  back: readonly TrackedSa[],
  negotiated: ReadonlyMap<number, number>,
  partners: Map<TrackedSa, TrackedSa>,
): void {
  if (negotiated.size === 0) return;
  const bySpi = new Map(back.map((sa) => [sa.spi, sa]));
  for (const sa of there) {
    const spi = negotiated.get(sa.spi);
    const other = spi === undefined ? undefined : bySpi.get(spi);
    if (other !== undefined && !partners.has(other)) join(sa, other, partners);
  }
}

/** Of those left, the two whose first packets are nearest to each other first. */
function pairByTime(there: readonly TrackedSa[], back: readonly TrackedSa[], partners: Map<TrackedSa, TrackedSa>): void {
  const byStart = (a: TrackedSa, b: TrackedSa) => a.firstSecond - b.firstSecond;
  const others = back.filter((sa) => !partners.has(sa)).sort(byStart);
  const choices: { readonly sa: TrackedSa; readonly other: TrackedSa; readonly distance: number }[] = [];
  for (const sa of there) {
    if (partners.has(sa)) continue;
    const near = lowerBound(others, sa.firstSecond);
    for (const other of others.slice(Math.max(0, near - NEIGHBOURS), near + NEIGHBOURS)) {
      if (belongTogether(sa, other)) choices.push({ sa, other, distance: Math.abs(sa.firstSecond - other.firstSecond) });
    }
  }
  choices.sort((a, b) => a.distance - b.distance);
  for (const { sa, other } of choices) if (!partners.has(sa) && !partners.has(other)) join(sa, other, partners);
}

function belongTogether(a: TrackedSa, b: TrackedSa): boolean {
  if (a.firstSecond > b.lastSecond + APART || b.firstSecond > a.lastSecond + APART) return false;
  return a.carried === CARRIED_BARE || (a.sourcePort === b.destinationPort && a.destinationPort === b.sourcePort);
}

function lowerBound(sas: readonly TrackedSa[], start: number): number {
  let low = 0;
  let high = sas.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sas[middle] as TrackedSa).firstSecond < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

function join(a: TrackedSa, b: TrackedSa, partners: Map<TrackedSa, TrackedSa>): void {
  partners.set(a, b);
  partners.set(b, a);
}
