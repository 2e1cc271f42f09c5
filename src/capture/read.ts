import type { PacketVisitor } from '../pcapfile/packet-view.js';
import { type CaptureEnd, type CaptureReaderOptions, createCaptureReader } from '../pcapfile/reader.js';
import type { CaptureSource, SourceEnd } from './source.js';

export interface ReadCaptureOptions extends Omit<CaptureReaderOptions, 'name'> {
  /** Ends the reading early, e.g. Ctrl-C; what was read until then counts. */
  readonly signal?: AbortSignal;
  /** Called after the packets of each chunk (1 MiB of a file, what was there of a live capture): the place to flush output. May be awaited. */
  readonly afterChunk?: () => void | Promise<void>;
}

/**
 * Visits every packet of a source, file or live: the one way from a source to packets.
 * @throws UsageError, EnvironmentError, and whatever `visit` throws
 */
export async function readCapture(
  source: CaptureSource,
  visit: PacketVisitor,
  options: ReadCaptureOptions = {},
): Promise<{ readonly capture: CaptureEnd; readonly source: SourceEnd }> {
  const { signal = new AbortController().signal, afterChunk, ...rest } = options;
  const reader = createCaptureReader(visit, { ...rest, name: source.name });
  let stopped = false;
  const end = await source.run((chunk) => {
    const more = reader.feed(chunk);
    stopped = !more;
    const waiting = afterChunk?.();
    return waiting === undefined ? more : waiting.then(() => more);
  }, signal);
  const capture = reader.end(signal.aborted);
  return { capture, source: stopped ? end : { ...end, notes: [...end.notes, ...unreadNote(source, end, capture)] } };
}

/** Packets that the kernel had and nobody read before the capture ended: it ended under overload. */
function unreadNote(source: CaptureSource, { counters }: SourceEnd, { packets }: CaptureEnd): string[] {
  // On `any` the kernel's count has loopback packets twice, in an unknown share.
  if (counters === undefined || source.name === 'any') return [];
  const unread = counters.received - counters.dropped - packets;
  if (unread <= 0) return [];
  return [`${unread} packet${unread === 1 ? ' was' : 's were'} still in the kernel's buffer when the capture ended and not read`];
}
