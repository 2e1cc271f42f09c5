// npm run bench [-- --packets 1000000 --runs 7 --big]
// Speed and size of vpndoctor against tcpdump, tshark, capinfos and a bare Node, as ratios of whole processes run in
// turns with their output discarded. Captures are generated into the system's folder for temporary files and removed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { espCaptureSize, PACKET, writeEspCapture } from './esp-capture.js';
import { writeIkeCapture } from './ike-capture.js';
import { compare, isInstalled, timeAndMemory } from './measure.js';

/** @typedef {import('./measure.js').Command} Command */

const { values: flags } = parseArgs({
  options: {
    packets: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '7' },
    big: { type: 'boolean', default: false },
  },
});
const packets = Number(flags.packets);
const runs = Number(flags.runs);

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, 'bin', 'run.js');
const folder = mkdtempSync(join(tmpdir(), 'vpndoctor-bench-'));
const cleanUp = () => rmSync(folder, { recursive: true, force: true });
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => {
    cleanUp();
    process.exit(130);
  });
}

/** @param {string[]} args @returns {Command} */
const vpndoctor = (...args) => [process.execPath, bin, ...args];
/** @type {Command} */
const bareNode = [process.execPath, '-e', '0'];
let missed = 0;

/**
 * @param {string} what @param {Command} ours @param {Command} theirs @param {number} target largest ratio allowed
 * @param {number} [times] runs; short ones need more of them
 */
function row(what, ours, theirs, target, times = runs) {
  const name = theirs[0] === process.execPath ? 'node' : theirs[0];
  if (!isInstalled(theirs[0])) {
    console.log(`${what.padEnd(40)} skipped: ${name} is not installed`);
    return;
  }
  const { ours: a, theirs: b, ratio } = compare(ours, theirs, times);
  const verdict = ratio <= target ? 'met' : 'MISSED';
  if (ratio > target) missed++;
  const own = `${a.toFixed(0)} ms`.padStart(9);
  const other = `${name} ${b.toFixed(0)} ms`.padStart(18);
  console.log(`${what.padEnd(40)}${own}${other}   ratio ${ratio.toFixed(3)}, target ${target} ${verdict}`);
}

function bigCapture() {
  const file = join(folder, 'big.pcap');
  /** @type {{size: number, milliseconds: number}[]} */
  const seen = [];
  for (const size of [1e9, 4e9]) {
    const count = Math.floor(size / (espCaptureSize(1) - 24));
    writeEspCapture(file, count);
    for (const [form, args] of /** @type {const} */ ([
      ['--summary', ['--summary']],
      ['text', []],
    ])) {
      const { milliseconds, megabytes } = timeAndMemory([bin, 'sniff', ...args, '-r', file]);
      const verdict = megabytes < 200 ? 'met' : 'MISSED';
      if (megabytes >= 200) missed++;
      console.log(
        `${`${(size / 1e9).toFixed(0)} GB, ${form}`.padEnd(34)}${`${(milliseconds / 1000).toFixed(1)} s`.padStart(9)}   peak memory ${megabytes.toFixed(0)} MB, target 200 ${verdict}`,
      );
      if (form === '--summary') seen.push({ size, milliseconds });
    }
  }
  const [small, large] = seen;
  if (small && large) {
    const ratio = large.milliseconds / large.size / (small.milliseconds / small.size);
    console.log(`${'time a byte, 4 GB against 1 GB'.padEnd(34)}${''.padStart(9)}   ratio ${ratio.toFixed(2)} (1 is linear)`);
  }
}

try {
  const esp = join(folder, 'esp.pcap');
  const ike = join(folder, 'ike.pcap');
  console.log(`${packets} ESP packets of ${PACKET} bytes, medians of ${runs} paired runs, whole processes, output discarded`);
  writeEspCapture(esp, packets);
  row('sniff, text', vpndoctor('sniff', '-r', esp), ['tcpdump', '-nn', '-r', esp], 0.4);
  row('sniff --summary', vpndoctor('sniff', '--summary', '-r', esp), ['tshark', '-q', '-z', 'conv,ip', '-r', esp], 0.15);
  row('sniff --summary', vpndoctor('sniff', '--summary', '-r', esp), ['capinfos', esp], 1);
  const messages = writeIkeCapture(ike, join(root, 'captures'), Math.max(1, Math.floor(packets / 50)));
  if (messages === 0) console.log('IKE messages skipped: no captures/*/capture.pcap to take them from');
  else {
    // Both decode every field and print it; without that tshark skips most of the work.
    row(`sniff -v, ${messages} IKE messages`, vpndoctor('sniff', '-v', '-r', ike), ['tshark', '-V', '-r', ike], 0.1);
    row(`sniff --json, ${messages} IKE messages`, vpndoctor('sniff', '--json', '-r', ike), ['tshark', '-T', 'json', '-r', ike], 0.1);
    const decoder = join(folder, 'decode-ike.mjs');
    const entry = join(root, 'scripts', 'bench', 'decode-ike.ts');
    await build({ entryPoints: [entry], outfile: decoder, bundle: true, format: 'esm', platform: 'node', packages: 'external' });
    // Long enough that the start of either process does not decide.
    const many = writeIkeCapture(ike, join(root, 'captures'), Math.floor(packets / 4));
    row(`decoding alone, ${many} IKE messages`, [process.execPath, decoder, ike], ['tshark', '-V', '-r', ike], 0.1, 3);
  }
  row('--version', vpndoctor('--version'), bareNode, 1.1, 4 * runs);
  row('sniff --help', vpndoctor('sniff', '--help'), bareNode, 2.2, 4 * runs);
  if (flags.big) bigCapture();
  console.log(missed === 0 ? 'all targets met' : `${missed} targets missed`);
  process.exitCode = missed === 0 ? 0 : 1;
} finally {
  cleanUp();
}
