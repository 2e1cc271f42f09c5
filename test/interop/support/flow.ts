import { readFileSync } from 'node:fs';
import { median } from './handshake-times.js';
import type { PeerLab } from './peer-lab.js';

/** TCP through a tunnel: Mbit/s, and milliseconds of processor time of the process that carries it for a megabyte. */
export interface Flow {
  readonly out: number;
  readonly in: number;
  readonly outCost: number;
  readonly inCost: number;
}

/** Clock ticks in /proc/PID/stat. */
const TICKS = 100;

/**
 * From i through the tunnel to an iperf3 that waits at r, then back.
 * @param client words for iperf3: `-c ADDRESS`, and `-B ADDRESS` where it matters
 */
export async function measureFlow(lab: PeerLab, pid: number, client: string, seconds: number): Promise<Flow> {
  const one = async (way: string): Promise<readonly [number, number]> => {
    const before = processorTime(pid);
    const text = await lab.sh(`ns i iperf3 ${client} -t ${seconds} ${way} -J`, 30 + seconds);
    const { bytes, bits_per_second: rate } = (JSON.parse(text) as { end: { sum_received: { bytes: number; bits_per_second: number } } }).end
      .sum_received;
    return [rate / 1e6, ((processorTime(pid) - before) * 1000) / (bytes / 1e6)];
  };
  const [out, outCost] = await one('');
  const [back, inCost] = await one('-R');
  return { out, outCost, in: back, inCost };
}

/** `out / in (cost / cost)` of several, medians. */
export function flowText(flows: readonly Flow[]): string {
  const of = (key: keyof Flow) => median(flows.map((one) => one[key])).toFixed(key === 'out' || key === 'in' ? 0 : 1);
  return `${of('out')} / ${of('in')} (${of('outCost')} / ${of('inCost')})`;
}

/** How many times as fast, and at how much of the processor time; medians. */
export function ratioText(ours: readonly Flow[], theirs: readonly Flow[]): string {
  const ratio = (key: keyof Flow) => median(ours.map((one) => one[key])) / median(theirs.map((one) => one[key]));
  const cost = (key: 'outCost' | 'inCost') => (1 / ratio(key)).toFixed(2);
  return `ratio ${ratio('out').toFixed(2)} / ${ratio('in').toFixed(2)}, by processor time ${cost('outCost')} / ${cost('inCost')}`;
}

/** Seconds so far (proc_pid_stat(5)). */
function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
