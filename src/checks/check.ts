import type { Finding } from '../model/finding.js';
import type { Status } from '../model/status.js';
import type { HostFacts } from './host-facts.js';

/** The groups in which `verify` prints its lines, in this order. */
export const groups = [
  'stack',
  'kernel',
  'sysctls',
  'counters',
  'sockets',
  'firewall',
  'routing',
  'configuration',
  'keys',
  'openvpn',
  'system',
] as const;

export type Group = (typeof groups)[number];

/** One line of `verify`. A check may print several: one an interface, one a connection. */
export interface CheckLine {
  readonly status: Status;
  /** What was looked at, as `ipsec verify` would print it: `rp_filter on eth0`. */
  readonly label: string;
  /** The value seen, or the reason for `unknown` and `skip`: `1 (strict)`. */
  readonly detail: string;
  /** For `warn` and `fail`: evidence, why it matters, the exact fix. */
  readonly finding?: Finding;
}

/**
 * One host check: facts through `HostFacts`, then a judgement that is pure. File name = id. The code of its findings is
 * `host/<id>` or, where one check tells several faults apart, `host/<id>-<what>`.
 */
export interface Check<Facts = unknown> {
  readonly id: string;
  readonly group: Group;
  readonly title: string;
  /** What it reads, for `verify --list`: `/proc/sys/net/ipv4/conf/<if>/rp_filter`, `ip -j route`. */
  readonly reads: readonly string[];
  /** RFC, kernel documentation, catalogue entry, the row of the old `ipsec verify`. */
  readonly refs: readonly string[];
  facts(host: HostFacts): Promise<Facts>;
  /** Never empty: a check without a line is a check nobody sees. */
  judge(facts: Facts): readonly CheckLine[];
}
