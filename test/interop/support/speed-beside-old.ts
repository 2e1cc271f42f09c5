/** Our checks that answer a row of libreswan 4.10's `ipsec verify`, and no other. */
const OLD_ROWS =
  'ipsec-on-path,xfrm-support,send-redirects,accept-redirects,xfrm-larval-drop,conf-syntax,rp-filter,running-stack,udp-500,udp-4500,secret-syntax,tool-ip,tool-iptables,prelink-fips,conf-obsolete-keywords';

/** Shell: times each tool in turns, and leaves a row a turn in $OUT/times: wall and processor time of each in seconds. */
export const timing = (times: number) => `
TIMEFORMAT='%R %U %S'
took() { { time "$@" >/dev/null 2>&1; } 2>&1; }
for turn in $(seq 0 ${times}); do # the first fills caches
  row=$(took ipsec verify; took $VPNDOCTOR verify; took $VPNDOCTOR verify --only ${OLD_ROWS}; took \${VPNDOCTOR% *} -e 0)
  [ "$turn" = 0 ] || echo $row >>$OUT/times
done`;

/** Medians, in milliseconds. */
export interface Took {
  readonly wall: number;
  /** Of the program and all that it started: what else a machine does hardly shows in it. */
  readonly processor: number;
}

export interface Speed {
  readonly old: Took;
  readonly ours: Took;
  /** With the rows of `ipsec verify` alone. */
  readonly oldRows: Took;
  readonly node: Took;
  readonly text: string;
}

/** What `timing` left behind. @param where for the line that is printed */
export function speedOf(times: string, where: string): Speed {
  const rows = times
    .trim()
    .split('\n')
    .map((row) => row.split(' ').map((seconds) => Number(seconds) * 1000));
  const median = (of: (row: readonly number[]) => number) => rows.map(of).sort((a, b) => a - b)[rows.length >> 1] ?? Number.NaN;
  const took = (program: number): Took => ({
    wall: median((row) => row[program * 3] ?? Number.NaN),
    processor: median((row) => (row[program * 3 + 1] ?? Number.NaN) + (row[program * 3 + 2] ?? Number.NaN)),
  });
  const [old, ours, oldRows, node] = [took(0), took(1), took(2), took(3)];
  const part = ({ wall, processor }: Took) =>
    `${wall.toFixed(0)} ms (${(wall / old.wall).toFixed(2)}; processor ${processor.toFixed(0)} ms, ${(processor / old.processor).toFixed(2)})`;
  const text = `${where}, median of ${rows.length}: ipsec verify ${part(old)}, vpndoctor verify ${part(ours)}, its rows alone ${part(oldRows)}, node's bare start ${part(node)}; asked: 0.50`;
  return { old, ours, oldRows, node, text };
}
