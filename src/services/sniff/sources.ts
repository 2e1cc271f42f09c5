import { UsageError } from '../../bytes/errors.js';
import { fileSource } from '../../capture/file.js';
import { type LiveMethod, liveSource } from '../../capture/live.js';
import type { CaptureSource, SourceEnd } from '../../capture/source.js';
import { optionalNumber, type SniffFlags } from './flags.js';

const KIBIBYTE = 1024;

/**
 * Files, standard input, or an interface.
 * @param onListening told when live capture has begun
 * @throws UsageError
 */
export function sourcesOf(flags: SniffFlags, onListening: (line: string) => void): CaptureSource[] {
  const method = methodOf(flags.source);
  const snapLength = optionalNumber('-s', flags.snaplen);
  const bufferSize = optionalNumber('-B', flags.bufferSize);
  if (flags.interface === undefined) {
    if (flags.read.length === 0)
      throw new UsageError('nothing to sniff', 'give a capture with -r FILE, or an interface with -i NAME (-D lists them)');
    if (flags.filter.length > 0) {
      throw new UsageError(
        'a capture filter works on live capture only',
        `for files use --host, --port, --spi, or: tcpdump -r FILE -w - ${flags.filter.join(' ')} | vpndoctor sniff -r -`,
      );
    }
    if (snapLength !== undefined || bufferSize !== undefined || method !== 'auto') {
      throw new UsageError('-s, -B and --source say how to capture live', 'add -i NAME, or leave them out with -r');
    }
    return flags.read.map(fileSource);
  }
  if (flags.read.length > 0) throw new UsageError('-r and -i exclude each other');
  return [
    liveSource({
      device: flags.interface,
      method,
      ...(flags.filter.length === 0 ? {} : { filter: flags.filter.join(' ') }),
      ...(snapLength === undefined ? {} : { snapLength }),
      ...(bufferSize === undefined ? {} : { bufferSize: bufferSize * KIBIBYTE }),
      onListening,
    }),
  ];
}

function methodOf(name: string): LiveMethod {
  if (name === 'auto' || name === 'libpcap' || name === 'tcpdump') return name;
  throw new UsageError(`--source ${name} is not a source`, 'one of auto, libpcap, tcpdump');
}

/** What is to be known of the capture itself: packets that it lost. */
export function dropNotes({ counters }: SourceEnd): string[] {
  if (counters === undefined) return [];
  const { received, dropped, interfaceDropped } = counters;
  if (dropped + interfaceDropped === 0) return [`${received} packets received, none dropped`];
  return [
    `${received} packets received, ${dropped} dropped by the kernel, ${interfaceDropped} by the interface: figures of loss may be those of the capture (a larger -B or a narrower filter helps)`,
  ];
}

/** With several inputs a note says which it is about. */
export function prefixed(sources: readonly CaptureSource[], source: CaptureSource, notes: readonly string[]): string[] {
  return notes.map((note) => (sources.length > 1 ? `${source.name}: ${note}` : note));
}
