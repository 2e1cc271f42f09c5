import { count } from '../bytes/count.js';
import type { SaFacts } from '../model/sa.js';
import { secondsBetween } from '../model/seconds-between.js';
import type { Style } from './style.js';
import { columns, hanging } from './wrap.js';

/**
 * The ESP, AH and IPComp SAs of a capture, a row each; what deserves attention follows on lines of its own. Where one of the
 * rows is wider than the terminal (IPv6, large figures), the figures of each stand under its addresses.
 */
export function saTable(sas: readonly SaFacts[], style: Style, detailed: boolean): string[] {
  if (sas.length === 0) return [];
  const names = [['SA', 'from > to'], ...sas.map(namesOf)];
  const figures = [['pkts', 'bytes', 'lost', 'reord', 'dup', 'seq'], ...sas.map(figuresOf)];
  const rows = columns(
    names.map((row, i) => [...row, ...(figures[i] ?? [])]),
    rightOf(2),
  );
  const fits = rows.every((row) => row.length <= style.width);
  const [head = [], ...body] = fits ? rows.map((row) => [row]) : stacked(names, figures);
  const lines = head.map(style.bold);
  for (const [i, sa] of sas.entries()) {
    lines.push(...(body[i] ?? []));
    for (const remark of remarks(sa, detailed)) lines.push(...hanging('', REMARK, remark, style.width));
  }
  return lines;
}

const REMARK = 4;

/** All figures but the last are right-aligned; `first` is the column they begin in. */
function rightOf(first: number): ReadonlySet<number> {
  return new Set([0, 1, 2, 3, 4].map((column) => first + column));
}

function stacked(names: readonly string[][], figures: readonly string[][]): string[][] {
  const rows = columns(figures, rightOf(0));
  return names.map((name, i) => [name.join('  '), `  ${rows[i] ?? ''}`]);
}

function namesOf({ protocol, spi, src, dst, encapsulation }: SaFacts): string[] {
  return [`${protocol} ${spi}`, `${src} > ${dst}${encapsulation === 'none' ? '' : ` ${encapsulation}`}`];
}

function figuresOf(sa: SaFacts): string[] {
  const counts = [String(sa.packets), String(sa.bytes)];
  // IPComp has no sequence numbers.
  if (sa.protocol === 'ipcomp') return [...counts, '-', '-', '-', '-'];
  return [...counts, String(sa.lost), String(sa.reordered), String(sa.duplicates), `${sa.firstSequence}-${sa.highestSequence}`];
}

/** What a row cannot say. Without `detailed` only what is out of the ordinary. */
function remarks(sa: SaFacts, detailed: boolean): string[] {
  const lines: string[] = [];
  const duration = secondsBetween(sa.firstTime, sa.lastTime);
  if (detailed) {
    const rate = duration > 0 ? `, ${(sa.packets / duration).toFixed(1)} packets/s` : '';
    lines.push(`over ${duration.toFixed(3)} s${rate}, longest silence ${sa.longestGap.toFixed(3)} s before packet ${sa.longestGapFrame}`);
    lines.push(`lengths ${sa.minLength}-${sa.maxLength}${sa.pairSpi === undefined ? '' : `, other direction ${sa.pairSpi}`}`);
    if (sa.impliedIcv) lines.push(sa.impliedIcv.text);
  }
  const { w32, w64, w128, w1024 } = sa.replayDrops;
  if (w32 + w64 + w128 + w1024 > 0 || (detailed && sa.reordered > 0)) {
    lines.push(`late by up to ${sa.maxReorderDistance}: a replay window of 32 drops ${w32}, 64: ${w64}, 128: ${w128}, 1024: ${w1024}`);
  }
  if (sa.wraps > 0) lines.push(`sequence number wrapped ${count(sa.wraps, 'time')}`);
  if (sa.restarts > 0) lines.push(`sequence number started again ${count(sa.restarts, 'time')}`);
  if (sa.ipFragmented > 0) lines.push(`${count(sa.ipFragmented, 'packet')} came in IP fragments`);
  if (sa.decrypted) lines.push(`ICV good ${sa.decrypted.good}, bad ${sa.decrypted.bad}, unknown ${sa.decrypted.unknown}`);
  return lines;
}
