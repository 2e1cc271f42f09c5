// Runs inside the namespace of live-capture.test.ts: captures until its standard input is closed, then prints what it saw as JSON.
// Bundled, then started as: node live-capture-child.js '{"device": "eth0", "method": "tcpdump", "work": 20, "bufferSize": 67108864}'
import { type LiveMethod, liveSource } from '../../src/capture/live.js';
import { readCapture } from '../../src/capture/read.js';

interface Ask {
  readonly device: string;
  readonly method: LiveMethod;
  /** Microseconds spent on each packet. */
  readonly work?: number;
  readonly bufferSize?: number;
}

const { device, method, work = 0, bufferSize } = JSON.parse(process.argv[2] ?? '{}') as Ask;
const abort = new AbortController();
let asked = 0;
process.stdin
  .on('end', () => {
    asked = performance.now();
    abort.abort();
  })
  .resume();

// Timers show whether the event loop gets its turns.
let turn = performance.now();
let longestTurn = 0;
setInterval(() => {
  longestTurn = Math.max(longestTurn, performance.now() - turn);
  turn = performance.now();
}, 5).unref();

const sequences = new Set<number>();
let packets = 0;
const onListening = () => void process.stdout.write('listening\n');
const source = liveSource({ device, method, filter: 'udp dst port 4500', onListening, ...(bufferSize ? { bufferSize } : {}) });
const { source: end } = await readCapture(
  source,
  (packet) => {
    packets++;
    // ESP of 116 bytes in each: SPI, then the number.
    sequences.add(packet.data.readUInt32BE(packet.end - 112));
    if (work > 0) for (const until = performance.now() + work / 1000; performance.now() < until; );
  },
  { signal: abort.signal },
);
const seconds = (performance.now() - asked) / 1000;
process.stdout.write(`${JSON.stringify({ packets, distinct: sequences.size, secondsToEnd: seconds, longestTurn, ...end })}\n`);
