import type { ConfigRemark } from '../../model/connection.js';
import type { ReadConfig } from '../read-config.js';
import { checkAlgorithms } from './algorithms.js';
import { checkContradictions } from './contradictions.js';
import { checkOverlaps } from './overlaps.js';

/** Everything that one configuration by itself gives reason to say: what its parser remarked on, and what its connections say. */
export function checkConfig(config: ReadConfig): readonly ConfigRemark[] {
  const all = [
    ...config.remarks,
    ...config.connections.flatMap((connection) => checkContradictions(connection, config.product)),
    ...checkOverlaps(config.connections),
    ...checkAlgorithms(config),
  ];
  const rank = { error: 0, warning: 1, info: 2 } as const;
  // What is wrong with a line for several connections is said once.
  const distinct = [...new Map(all.map((remark) => [`${remark.file}:${remark.line} ${remark.code} ${remark.text}`, remark])).values()];
  return distinct.toSorted((a, b) => rank[a.severity] - rank[b.severity] || (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
}
