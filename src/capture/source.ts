/**
 * Takes the next bytes of a pcap or pcapng stream. They are valid only until it returns (or the promise
 * it returned is settled); the source waits for that. `false` ends the capture.
 */
export type ChunkSink = (chunk: Buffer) => boolean | Promise<boolean>;

/** What live capture says about packets that never arrived. */
export interface CaptureCounters {
  /** Packets the kernel handed to the filter or past it. */
  readonly received: number;
  /** Lost in the kernel: the buffer was full. */
  readonly kernelDropped: number;
  /** Lost at the interface or in its driver. */
  readonly interfaceDropped: number;
  /** Lost in our own queue because nobody took them in time. */
  readonly ownDropped: number;
}

/** What a source says at its end. */
export interface SourceEnd {
  /** Live sources only. */
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
