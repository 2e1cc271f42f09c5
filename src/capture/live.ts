import { EnvironmentError } from '../bytes/errors.js';
import { libpcapSource } from './libpcap.js';
import { SourceMissing } from './refusal.js';
import type { CaptureSource, ChunkSink, LiveOptions, SourceEnd } from './source.js';
import { tcpdumpSource } from './tcpdump.js';

/** `libpcap`: the npm package `pcap`; `auto`: that one, and tcpdump where it is missing or lacks the right. */
export type LiveMethod = 'auto' | 'libpcap' | 'tcpdump';

/** Enough for every packet, also those an offloading network card hands over in one piece. */
const SNAP_LENGTH = 262_144;
const INSTALL_TCPDUMP = 'install tcpdump (apt install tcpdump, dnf install tcpdump, apk add tcpdump), or record elsewhere and use -r FILE';
/** Three seconds of 100,000 packets of 200 bytes a second. */
const BUFFER_SIZE = 64 * 1024 * 1024;

export type LiveSourceOptions = Pick<LiveOptions, 'device'> & Partial<LiveOptions> & { readonly method?: LiveMethod };

/**
 * Live capture on an interface. `run` throws UsageError for an interface or filter that is not one, EnvironmentError
 * when nothing to capture with is installed or the right to do so is missing.
 */
export function liveSource(options: LiveSourceOptions): CaptureSource {
  const { method = 'auto', ...rest } = options;
  const live: LiveOptions = { snapLength: SNAP_LENGTH, bufferSize: BUFFER_SIZE, ...rest };
  if (method === 'tcpdump') return withAdvice(tcpdumpSource(live), INSTALL_TCPDUMP);
  if (method === 'libpcap') {
    return withAdvice(
      libpcapSource(live),
      'install the headers of libpcap and run "npm rebuild pcap", or capture through tcpdump: --source tcpdump',
    );
  }
  const either: CaptureSource = { name: live.device, live: true, run: (onChunk, signal) => runEither(live, onChunk, signal) };
  return withAdvice(either, INSTALL_TCPDUMP);
}

async function runEither(live: LiveOptions, onChunk: ChunkSink, signal: AbortSignal): Promise<SourceEnd> {
  let begun = false;
  const sink: ChunkSink = (chunk) => {
    begun = true;
    return onChunk(chunk);
  };
  try {
    return await libpcapSource(live).run(sink, signal);
  } catch (first) {
    if (begun || !(first instanceof EnvironmentError)) throw first;
    try {
      return await tcpdumpSource(live).run(onChunk, signal);
    } catch (second) {
      if (!(second instanceof SourceMissing)) throw second;
      throw first instanceof SourceMissing ? new SourceMissing(`${first.message}, and ${second.message}`) : first;
    }
  }
}

/** Says what to install where there is nothing to capture with. */
function withAdvice(source: CaptureSource, advice: string): CaptureSource {
  return {
    ...source,
    run: async (onChunk, signal) => {
      try {
        return await source.run(onChunk, signal);
      } catch (error) {
        if (!(error instanceof SourceMissing)) throw error;
        throw new EnvironmentError(`live capture is not possible: ${error.message}`, advice);
      }
    },
  };
}
