/**
 * Takes the next bytes of a pcap or pcapng stream. They are valid only until it returns (or the promise
 * it returned is settled); the source waits for that. `false` ends the capture.
 */
export type ChunkSink = (chunk: Buffer) => boolean | Promise<boolean>;

/** What the kernel says about a live capture. Packets we are too slow for wait in its buffer, so every loss is counted there. */
export interface CaptureCounters {
  /** Packets that passed the filter, whether they reached us or not. */
  readonly received: number;
  /** Lost because the kernel's buffer was full. */
  readonly dropped: number;
  /** Lost at the interface or in its driver, as far as the system counts them. */
  readonly interfaceDropped: number;
}

/** What a source says at its end. */
export interface SourceEnd {
  /** Live sources only; absent when the capturing process died before it could tell. */
  readonly counters?: CaptureCounters;
  /** What was wrong or is worth knowing, in words: `the gzip data is cut`. */
  readonly notes: readonly string[];
}

/** Where a capture comes from. Every source gives the bytes of a pcap or pcapng stream, so that one reader parses all. */
export interface CaptureSource {
  /** For messages: the path of a file, `standard input`, `eth0`. */
  readonly name: string;
  readonly live: boolean;
  /**
   * Hands over the stream until it ends, `onChunk` returns false, or `signal` aborts: a live source then
   * stops capturing and hands over what is already on its way.
   * @throws UsageError for what the user named wrongly, EnvironmentError for what the host lacks
   */
  run(onChunk: ChunkSink, signal: AbortSignal): Promise<SourceEnd>;
}

/** How to capture on an interface. */
export interface LiveOptions {
  /** `eth0`, or `any` for all at once. */
  readonly device: string;
  /** Capture filter in libpcap's language (pcap-filter(7)), passed through. */
  readonly filter?: string;
  /** Bytes kept of each packet. */
  readonly snapLength: number;
  /** Bytes of the kernel's buffer, where packets wait while we are busy. */
  readonly bufferSize: number;
  /** Called once the capture has begun, with a line for people. */
  readonly onListening?: (line: string) => void;
  /** Program to run as tcpdump and script to run as helper, for tests. */
  readonly tcpdump?: string;
  readonly helper?: string;
}
