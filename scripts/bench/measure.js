// Whole processes, side by side: ours and theirs take turns, so that what else the machine does hits both alike.
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** @typedef {readonly [string, ...string[]]} Command */

/** Whether a program can be started. @param {string} program */
export function isInstalled(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** Runs a command, its output discarded; milliseconds. @param {Command} command */
export function time([program, ...args]) {
  const start = performance.now();
  const { status, error, stderr } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const took = performance.now() - start;
  if (error) throw error;
  // 1: a problem was found in the capture, which is no fault of the run.
  if (status !== 0 && status !== 1) throw new TypeError(`${program} ${args.join(' ')} ended with ${status}: ${String(stderr)}`);
  return took;
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return /** @type {number} */ (sorted[Math.floor(sorted.length / 2)]);
}

/**
 * Medians in milliseconds, and the median of the ratios of neighbouring runs. One run of each to warm up is not counted.
 * @param {Command} ours @param {Command} theirs @param {number} runs
 */
export function compare(ours, theirs, runs) {
  time(ours);
  time(theirs);
  const pairs = Array.from({ length: runs }, (_, i) => {
    if (i % 2 === 0) return { a: time(ours), b: time(theirs) };
    const b = time(theirs);
    return { a: time(ours), b };
  });
  return { ours: median(pairs.map(({ a }) => a)), theirs: median(pairs.map(({ b }) => b)), ratio: median(pairs.map(({ a, b }) => a / b)) };
}

const REPORT_MEMORY = 'data:text/javascript,process.on("exit",()=>process.stderr.write("maxrss="+process.resourceUsage().maxRSS))';

/** Runs a script of Node's, output discarded. @param {readonly string[]} args @returns {{milliseconds: number, megabytes: number}} peak memory */
export function timeAndMemory(args) {
  const start = performance.now();
  const { stderr } = spawnSync(process.execPath, ['--import', REPORT_MEMORY, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const milliseconds = performance.now() - start;
  const kilobytes = /maxrss=(\d+)/.exec(String(stderr))?.[1];
  if (kilobytes === undefined) throw new TypeError(`no memory figure from ${args.join(' ')}: ${String(stderr)}`);
  return { milliseconds, megabytes: Number(kilobytes) / 1024 };
}
