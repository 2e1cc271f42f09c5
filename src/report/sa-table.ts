import type { SaFacts } from '../model/sa.js';
import { count, secondsBetween } from './format.js';
import type { Style } from './style.js';
import { columns } from './wrap.js';

const RIGHT = new Set([2, 3, 4, 5, 6]);

/** The ESP, AH and IPComp SAs of a capture, a row each; what deserves attention follows on a line of its own. */
export function saTable(sas: readonly SaFacts[], style: Style, detailed: boolean): string[] {
  if (sas.length === 0) return [];
  const rows = [
    ['SA', 'from > to', 'packets', 'bytes', 'lost', 'reord', 'dup', 'sequence'],
    ...sas.map((sa) => [
      `${sa.protocol} ${sa.spi}`,
      `${sa.src} > ${sa.dst}${sa.encapsulation === 'none' ? '' : ` ${sa.encapsulation}`}`,
      String(sa.packets),
      String(sa.bytes),
      sa.protocol === 'ipcomp' ? '-' : String(sa.lost),
      sa.protocol === 'ipcomp' ? '-' : String(sa.reordered),
      sa.protocol === 'ipcomp' ? '-' : String(sa.duplicates),
      sa.protocol === 'ipcomp' ? '-' : `${sa.firstSequence}-${sa.highestSequence}`,
    ]),
  ];
  const [head = '', ...body] = columns(rows, RIGHT);
  const lines = [style.bold(head)];
  for (const [i, sa] of sas.entries()) {
    lines.push(body[i] ?? '');
    for (const remark of remarks(sa, detailed)) lines.push(`    ${remark}`);
  }
  return lines;
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
    lines.push(
      `late by up to ${sa.maxReorderDistance}: a replay window of 32 drops ${w32}, of 64 ${w64}, of 128 ${w128}, of 1024 ${w1024}`,
    );
  }
  if (sa.wraps > 0) lines.push(`sequence number wrapped ${count(sa.wraps, 'time')}`);
  if (sa.restarts > 0) lines.push(`sequence number started again ${count(sa.restarts, 'time')}`);
  if (sa.ipFragmented > 0) lines.push(`${count(sa.ipFragmented, 'packet')} came in IP fragments`);
  if (sa.decrypted) lines.push(`ICV good ${sa.decrypted.good}, bad ${sa.decrypted.bad}, unknown ${sa.decrypted.unknown}`);
  return lines;
}
