import type { IkeSettings } from './settings.js';

/** Milliseconds that an answer is waited for, from the first sending until the last one is given up. */
export function answerPatience({ first, factor, tries }: IkeSettings['retransmit']): number {
  let all = 0;
  for (let sent = 0, wait = first; sent < tries; sent++, wait *= factor) all += wait;
  return all;
}
