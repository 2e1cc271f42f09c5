/** Our checks that answer a row of libreswan 4.10's `ipsec verify`, and no other. */
const OLD_ROWS =
  'ipsec-on-path,xfrm-support,send-redirects,accept-redirects,xfrm-larval-drop,conf-syntax,rp-filter,running-stack,udp-500,udp-4500,secret-syntax,tool-ip,tool-iptables,prelink-fips,conf-obsolete-keywords';

/** Shell: times each tool in turns, and leaves a row of milliseconds a turn in $OUT/times. One turn before, which fills caches, is not counted. */
export const timing = (times: number) => `
took() { local start=$EPOCHREALTIME; "$@" >/dev/null 2>&1; printf '%s ' "$(((\${EPOCHREALTIME/./} - \${start/./}) / 100))"; }
for turn in $(seq 0 ${times}); do
  row=$(took ipsec verify; took $VPNDOCTOR verify; took $VPNDOCTOR verify --only ${OLD_ROWS}; took \${VPNDOCTOR% *} -e 0)
  [ "$turn" = 0 ] || echo "$row" >>$OUT/times
done`;

/** Medians, in milliseconds. */
export interface Speed {
  readonly old: number;
  readonly ours: number;
  /** With the rows of `ipsec verify` alone. */
  readonly oldRows: number;
  readonly node: number;
  readonly text: string;
}

/** What `timing` left behind. @param where for the line that is printed */
export function speedOf(times: string, where: string): Speed {
  const rows = times
    .trim()
    .split('\n')
    .map((row) => row.split(' ').map((tenths) => Number(tenths) / 10));
  const median = (column: number) => rows.map((row) => row[column] ?? Number.NaN).sort((a, b) => a - b)[rows.length >> 1] ?? Number.NaN;
  const [old, ours, oldRows, node] = [median(0), median(1), median(2), median(3)];
  const part = (value: number) => `${value.toFixed(0)} ms (${(value / old).toFixed(2)})`;
  const text = `${where}, median of ${rows.length}: ipsec verify ${old.toFixed(0)} ms, vpndoctor verify ${part(ours)}, its rows alone ${part(oldRows)}, node's bare start ${part(node)}; asked: 0.50`;
  return { old, ours, oldRows, node, text };
}
