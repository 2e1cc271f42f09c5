import type { HostFacts } from '../host/host-facts.js';
import type { Finding } from '../model/finding.js';
import type { Status } from '../model/status.js';

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
  /** For `warn` and `fail`: evidence, why it matters, the exact fix. Lines of one cause share one finding, which is printed once. */
  readonly finding?: Finding;
  /** What a shell can do about it, in this order; absent where only people can mend it. */
  readonly mend?: readonly Mend[];
}

/** One change that `verify --fix-script` writes down: POSIX shell, run as root. */
export interface Mend {
  /** What it does and why, in one line. */
  readonly comment: string;
  readonly apply: string;
  /** Puts back what was found. */
  readonly undo: string;
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
  /** For counters: what rose between two looks (`verify --watch`), instead of `judge`. */
  judgeChange?(before: Facts, after: Facts, seconds: number): readonly CheckLine[];
}
