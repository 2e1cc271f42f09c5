import { fileURLToPath } from 'node:url';
import { type ChildEnd, runCaptureChild } from './capture-child.js';
import { isLoopback } from './interfaces.js';
import type { HelperMessage, HelperOptions } from './pcap-helper.js';
import { explainRefusal, SourceMissing } from './refusal.js';
import type { CaptureSource, ChunkSink, LiveOptions, SourceEnd } from './source.js';

/** The helper as it was built; the same place seen from the sources and from what is bundled of them. */
const HELPER = new URL('../../dist/capture/pcap-helper.js', import.meta.url);
/** Milliseconds packets may wait in the kernel's buffer: short enough to feel live, long enough not to wake for each one. */
const BUFFER_TIMEOUT = 50;

/**
 * Live capture through the `pcap` package, in a process of its own: its native loop does not return while packets
 * keep coming, and only that process then needs the right to capture.
 */
export function libpcapSource(options: LiveOptions): CaptureSource {
  return { name: options.device, live: true, run: (onChunk, signal) => capture(options, onChunk, signal) };
}

async function capture(options: LiveOptions, onChunk: ChunkSink, signal: AbortSignal): Promise<SourceEnd> {
  const { device, filter = '', snapLength, bufferSize } = options;
  const ask: HelperOptions = { device, filter, snapLength, bufferSize, bufferTimeout: BUFFER_TIMEOUT };
  let refused: Extract<HelperMessage, { type: 'refused' | 'unavailable' }> | undefined;
  let result: Extract<HelperMessage, { type: 'end' }> | undefined;
  const end = await runCaptureChild(
    {
      command: process.execPath,
      args: [options.helper ?? fileURLToPath(HELPER), JSON.stringify(ask)],
      messagesOn: 3,
      settle: 2 * BUFFER_TIMEOUT,
      patience: 1000,
      askToEnd: (child) => child.stdin?.end(),
      onMessage: (line) => {
        const message = parseMessage(line);
        if (message?.type === 'listening') {
          options.onListening?.(`listening on ${device}, snapshot length ${snapLength} bytes, through the pcap package`);
        } else if (message?.type === 'end') result = message;
        else if (message !== undefined) refused = message;
      },
    },
    onChunk,
    signal,
  );
  if (refused?.type === 'unavailable') throw new SourceMissing(`the npm package "pcap" cannot be used (${refused.reason})`);
  if (refused !== undefined) throw explainRefusal(refused.reason, device, filter);
  if (result === undefined) {
    if (end.bytes === 0) throw new SourceMissing(`the capture helper did not start (${howItEnded(end)})`);
    return { notes: [`the capture helper ended early (${howItEnded(end)}); how many packets were dropped is not known`] };
  }
  const twice = isLoopback(device) ? 2 : 1;
  const { received, dropped, interfaceDropped, reason } = result;
  const notes = reason === undefined ? [] : [reason];
  if (end.forced) notes.push('packets still came faster than they could be taken when the capture ended');
  return { counters: { received: Math.floor(received / twice), dropped: Math.ceil(dropped / twice), interfaceDropped }, notes };
}

function howItEnded(end: ChildEnd): string {
  return end.startError ?? (end.signal === null ? `status ${end.exitCode}` : end.signal);
}

/** Undefined for a line that was cut or is not ours. */
function parseMessage(line: string): HelperMessage | undefined {
  try {
    return JSON.parse(line) as HelperMessage;
  } catch {
    return undefined;
  }
}
