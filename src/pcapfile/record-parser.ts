/** What an interface of a capture is known to be: pcapng describes each, pcap has one for the whole file. */
export interface CaptureInterface {
  /** Number of the LINKTYPE_ registry. */
  readonly linkType: number;
  /** Longest packet captured, 0 when unlimited. */
  readonly snapLength: number;
  /** Bytes of frame check sequence at the end of each packet, when the file says so. */
  readonly fcsLength?: number;
  readonly name?: string;
  readonly description?: string;
  /** Capture filter as text. */
  readonly filter?: string;
  /** Counters of the Interface Statistics Block: packets seen, lost at the interface, lost in the operating system. */
  readonly received?: number;
  readonly dropped?: number;
  readonly osDropped?: number;
}

/** A pcapng Decryption Secrets Block. The bytes are a copy. */
export interface CaptureSecrets {
  /** `0x544c534b`: TLS key log; see draft-ietf-opsawg-pcapng §4.7. */
  readonly type: number;
  readonly bytes: Buffer;
}

/** One file format: takes whole records out of a buffer. The reader deals with how the bytes arrive. */
export interface RecordParser {
  readonly format: 'pcap' | 'pcapng';
  readonly packets: number;
  readonly interfaces: readonly CaptureInterface[];
  /** Set once nothing more will be read: the visitor said so, or the file cannot be followed any further. */
  readonly stopped: boolean;
  /** Bytes still to be passed over before the next record: the rest of one that is too large to keep. */
  skip: number;
  /** Visits every whole record between `at` and `end`; returns where the first incomplete one starts. */
  parse(data: Buffer, at: number, end: number): number;
  /** Bytes the record at `at` needs, as far as its beginning tells; always more than are there. */
  need(data: Buffer, at: number, end: number): number;
  /** In words, what the bytes left over at the end of the input belong to. */
  describeTail(data: Buffer, at: number, end: number): string;
}
