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
  const end = await source.run((chunk) => {
    const more = reader.feed(chunk);
    const waiting = afterChunk?.();
    return waiting === undefined ? more : waiting.then(() => more);
  }, signal);
  return { capture: reader.end(signal.aborted), source: end };
}
