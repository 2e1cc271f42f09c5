import { type ChildEnd, runCaptureChild } from './capture-child.js';
import { isLoopback } from './interfaces.js';
import { explainRefusal, SourceMissing } from './refusal.js';
import type { CaptureCounters, CaptureSource, ChunkSink, LiveOptions, SourceEnd } from './source.js';

/** tcpdump's own buffer timeout: packets may wait that long in the kernel before it sees them. */
const BUFFER_TIMEOUT = 1000;

/** Live capture through tcpdump, which writes a nanosecond pcap stream. Not in immediate mode: that loses packets from 20,000 a second on. */
export function tcpdumpSource(options: LiveOptions): CaptureSource {
  return { name: options.device, live: true, run: (onChunk, signal) => capture(options, onChunk, signal) };
}

async function capture(options: LiveOptions, onChunk: ChunkSink, signal: AbortSignal): Promise<SourceEnd> {
  const { device, filter = '', snapLength, bufferSize } = options;
  const flags = ['-p', '-n', '-s', `${snapLength}`, '-B', `${Math.ceil(bufferSize / 1024)}`];
  const end = await runCaptureChild(
    {
      command: options.tcpdump ?? 'tcpdump',
      // The filter is one argument behind "--": nothing in it can become an option, and no shell ever sees it.
      args: [...flags, '-i', device, '--time-stamp-precision=nano', '-U', '-w', '-', '--', ...(filter === '' ? [] : [filter])],
      messagesOn: 2,
      settle: BUFFER_TIMEOUT + 100,
      patience: 5000,
      askToEnd: (child) => void child.kill('SIGINT'),
      onMessage: (line) => {
        if (line.includes('listening on')) options.onListening?.(`${line.replace(/^tcpdump: /, '')}, through tcpdump`);
      },
    },
    onChunk,
    signal,
  );
  if (end.startError === 'ENOENT') throw new SourceMissing('tcpdump is not installed');
  if (end.startError !== undefined) throw new SourceMissing(`tcpdump cannot be started (${end.startError})`);
  const listening = end.messages.includes('listening on');
  if (!listening) throw explainRefusal(withoutNoise(end.messages), device, filter);
  return { ...countersOf(end.messages, device), notes: notesOf(end) };
}

/** What it said without its name, warnings and the lines it prints in any case. */
function withoutNoise(messages: string): string {
  return messages
    .split('\n')
    .map((line) => line.replace(/^tcpdump: /, ''))
    .filter((line) => !/^(listening on|warning: |WARNING: |data link type|\d+ packets? )/.test(line))
    .join('\n')
    .trim();
}

/** `400000 packets received by filter` and so on. */
function countersOf(messages: string, device: string): { readonly counters?: CaptureCounters } {
  const count = (what: string) => {
    const found = new RegExp(`^(\\d+) packets? ${what}`, 'm').exec(messages)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const received = count('received by filter');
  if (received === undefined) return {};
  const twice = isLoopback(device) ? 2 : 1;
  return {
    counters: {
      received: Math.floor(received / twice),
      dropped: Math.ceil((count('dropped by kernel') ?? 0) / twice),
      interfaceDropped: count('dropped by interface') ?? 0,
    },
  };
}

function notesOf(end: ChildEnd): string[] {
  const notes: string[] = [];
  if (end.forced) notes.push('tcpdump did not end when asked to');
  else if (end.exitCode !== 0) {
    const how = end.signal === null ? `with status ${end.exitCode}` : `by ${end.signal}`;
    notes.push(`tcpdump ended early (${how}): ${withoutNoise(end.messages) || 'it gave no reason'}`);
  }
  return notes;
}
