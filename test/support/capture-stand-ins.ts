import { writeFileSync } from 'node:fs';
import { type LiveSourceOptions, liveSource } from '../../src/capture/live.js';
import { readCapture } from '../../src/capture/read.js';
import { buildPcap } from './capture-builder.js';
import { MISSING } from './missing-path.js';
import { temporaryFolder } from './temporary-folder.js';

/** Three packets of 4, 5 and 6 bytes. */
const capture = buildPcap([Buffer.alloc(4), Buffer.alloc(5), Buffer.alloc(6)]);

/** Makers of programs that stand in for tcpdump and our helper. Call at the top level of a test file. */
export function captureStandIns() {
  const at = temporaryFolder();

  /** A stand-in for tcpdump. In its script, `$CAPTURE` is the file of three packets. */
  function fakeTcpdump(name: string, script: string): string {
    writeFileSync(at('capture.pcap'), capture);
    writeFileSync(at(name), `#!/bin/sh\nCAPTURE=${at('capture.pcap')}\n${script}\n`, { mode: 0o755 });
    return at(name);
  }

  /** A stand-in for our helper: `say(message)` and `write(bytes)` are there, and `capture`. */
  function fakeHelper(name: string, script: string): string {
    writeFileSync(at('capture.pcap'), capture);
    const prelude = `import { readFileSync, writeSync } from 'node:fs';
      const say = (message) => writeSync(3, JSON.stringify(message) + '\\n');
      const capture = readFileSync(${JSON.stringify(at('capture.pcap'))});
      const write = (bytes) => writeSync(1, bytes);`;
    writeFileSync(at(name), `${prelude}\n${script}\n`);
    return at(name);
  }

  return { at, fakeTcpdump, fakeHelper };
}

/** What tcpdump prints when it begins and when it ends, as shell commands. */
export const listening = 'echo "tcpdump: listening on vpn0, link-type EN10MB (Ethernet), snapshot length 262144 bytes" >&2';
export const counted =
  'printf "3 packets captured\\n7 packets received by filter\\n4 packets dropped by kernel\\n1 packet dropped by interface\\n" >&2';

/** Captures until the source ends, or until `stop` packets came, or until aborted once they did. */
export async function runLive(
  options: Omit<LiveSourceOptions, 'device'>,
  stop?: { readonly after: number; readonly by: 'visitor' | 'abort' },
) {
  const heard: string[] = [];
  const abort = new AbortController();
  let packets = 0;
  const source = liveSource({ device: 'vpn0', onListening: (line) => heard.push(line), ...options });
  const result = await readCapture(
    source,
    () => {
      packets++;
      if (stop === undefined || packets < stop.after) return true;
      if (stop.by === 'abort') abort.abort();
      return stop.by === 'abort';
    },
    { signal: abort.signal },
  );
  return { packets, heard, ...result.source };
}

/** Where no tcpdump is installed. */
export const noTcpdump = { tcpdump: `${MISSING}/tcpdump` };
