import type { Answer, Comparison } from '../config/compare/compare-ends.js';
import { withoutConsequences } from '../config/compare/consequences.js';
import type { ReadConfig } from '../config/read-config.js';
import type { Connection } from '../model/connection.js';

/** One run of `config compare`, before it is printed. */
export interface ConfigComparison {
  readonly ours: ReadConfig;
  readonly theirs: ReadConfig;
  readonly tunnels: readonly Comparison[];
  /** Connections without one at the other end. */
  readonly oursAlone: readonly Connection[];
  readonly theirsAlone: readonly Connection[];
}

/** Nothing that is worse than worth knowing. */
export function isClean({ tunnels }: ConfigComparison): boolean {
  return tunnels.every(({ mismatches }) => mismatches.every(({ severity }) => severity === 'info'));
}

/** The three questions, and which mismatches answer them. */
export function verdictLines({
  verdict,
  mismatches,
}: Comparison): readonly { readonly question: string; readonly answer: Answer; readonly because: readonly string[] }[] {
  const because = (...breaks: readonly string[]) => [
    ...new Set(
      withoutConsequences(mismatches)
        .filter((mismatch) => breaks.includes(mismatch.breaks) && mismatch.severity !== 'info')
        .map(({ code }) => code),
    ),
  ];
  return [
    { question: 'Will it come up?', answer: verdict.comesUp, because: because('up') },
    { question: 'Will it stay up at the first rekey?', answer: verdict.staysUp, because: because('up', 'rekey') },
    { question: 'Will it pass traffic?', answer: verdict.passesTraffic, because: because('up', 'traffic') },
  ];
}
