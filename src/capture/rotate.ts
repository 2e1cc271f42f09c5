import { closeSync, openSync, statSync } from 'node:fs';
import { UsageError } from '../bytes/errors.js';
import { writeError } from '../bytes/file-error.js';
import type { PacketView } from '../pcapfile/packet-view.js';
import type { CaptureSecrets } from '../pcapfile/record-parser.js';
import { openPrivate } from './open-private.js';
import { type PacketEncoder, packetEncoder } from './packet-encoder.js';
import { writeAll } from './write-all.js';

/** Bytes collected before they are written. Writing waits for the disk: memory stays bounded however slow it is. */
const BATCH = 256 * 1024;
const STANDARD_OUTPUT = 1;

export interface CaptureFileOptions {
  /** `-` is standard output. */
  readonly path: string;
  /** Default: pcapng where the name ends in `.pcapng`, otherwise pcap, with nanoseconds if the first packet has them. */
  readonly format?: 'pcap' | 'pcapng';
  /** A new file is begun once one is larger than this: FILE, FILE1, FILE2, … */
  readonly maxBytes?: number;
  /** With `maxBytes`: only so many files, FILE0 to FILE9 for 10, the oldest overwritten. */
  readonly maxFiles?: number;
  /** Files that are being read: writing over one of them is refused. */
  readonly inputs?: readonly string[];
  /** Keys to be written into each file as Decryption Secrets Blocks (pcapng only). */
  readonly secrets?: readonly CaptureSecrets[];
  /** The packets are what keys protected. Such a file, and one with keys in it, is for its owner alone. */
  readonly decrypted?: boolean;
}

/** Writes packets to a capture file, or to several in turn as tcpdump -C and -W do. */
export interface CaptureFile {
  /**
   * Adds a packet; copies what it needs.
   * @throws UsageError for a second link type in a pcap file, EnvironmentError when the disk refuses
   */
  write(packet: PacketView): void;
  /** Writes what was collected, so that others can read it. */
  flush(): void;
  /** Flushes and closes. A file without packets is a valid capture all the same. */
  close(): { readonly packets: number; readonly files: readonly string[] };
}

/** Opens the first file at once, so that a wrong path is told before anything is captured. Throws like `write`. */
export function createCaptureFile(options: CaptureFileOptions): CaptureFile {
  if (options.path === '-' && options.maxBytes !== undefined) {
    throw new UsageError('standard output cannot be divided into files', 'give a file name with -w when using -C');
  }
  if (options.maxFiles !== undefined && (options.maxBytes === undefined || !Number.isInteger(options.maxFiles) || options.maxFiles < 1)) {
    throw new UsageError('-W takes a number of files, at least 1, and needs the size of each from -C');
  }
  return new RotatingFile(options);
}

class RotatingFile implements CaptureFile {
  #fd = -1;
  #encoder: PacketEncoder;
  #batch: Buffer;
  #filled = 0;
  /** Bytes of the present file, whether on disk yet or not. */
  #size = 0;
  #number = 0;
  #packets = 0;
  /** In a ring each name once. */
  readonly #files = new Set<string>();

  constructor(private readonly options: CaptureFileOptions) {
    const { secrets = [] } = options;
    this.#encoder = packetEncoder(formatOf(options), secrets);
    this.#batch = Buffer.allocUnsafeSlow(BATCH + secrets.reduce((sum, { bytes }) => sum + bytes.length, 0));
    this.#open();
  }

  get #path(): string {
    const { path, maxFiles } = this.options;
    if (maxFiles === undefined) return this.#number === 0 ? path : `${path}${this.#number}`;
    return `${path}${String(this.#number % maxFiles).padStart(String(maxFiles - 1).length, '0')}`;
  }

  get #holdsSecrets(): boolean {
    const { decrypted = false, secrets = [] } = this.options;
    return decrypted || secrets.length > 0;
  }

  #open(): void {
    const path = this.#path;
    this.#files.add(path);
    if (path === '-') this.#fd = STANDARD_OUTPUT;
    else {
      refuseInputs(path, this.options.inputs ?? []);
      try {
        this.#fd = this.#holdsSecrets ? openPrivate(path) : openSync(path, 'w');
      } catch (error) {
        throw writeError(path, error);
      }
    }
    this.#size = 0;
    this.#encoder = packetEncoder(formatOf(this.options), this.options.secrets ?? []);
  }

  write(packet: PacketView): void {
    const { maxBytes } = this.options;
    if (maxBytes !== undefined && this.#size > maxBytes) {
      this.#finish();
      this.#number++;
      this.#open();
    }
    const room = this.#encoder.roomFor(packet);
    if (this.#filled + room > this.#batch.length) {
      this.flush();
      if (room > this.#batch.length) this.#batch = Buffer.allocUnsafeSlow(room);
    }
    const end = this.#encoder.put(this.#batch, this.#filled, packet);
    this.#size += end - this.#filled;
    this.#filled = end;
    this.#packets++;
  }

  flush(): void {
    try {
      writeAll(this.#fd, this.#batch, this.#filled);
    } catch (error) {
      throw writeError(this.#path, error);
    } finally {
      this.#filled = 0;
    }
  }

  #finish(): void {
    if (this.#size === 0) this.#filled = this.#encoder.putEmpty(this.#batch, this.#filled);
    this.flush();
    if (this.#fd !== STANDARD_OUTPUT) closeSync(this.#fd);
  }

  close(): { packets: number; files: string[] } {
    this.#finish();
    return { packets: this.#packets, files: [...this.#files] };
  }
}

function formatOf({ path, format }: CaptureFileOptions): 'pcap' | 'pcapng' {
  return format ?? (path.endsWith('.pcapng') ? 'pcapng' : 'pcap');
}

function refuseInputs(path: string, inputs: readonly string[]): void {
  const about = statSync(path, { throwIfNoEntry: false });
  if (about === undefined || !about.isFile()) return;
  for (const input of inputs) {
    const other = statSync(input, { throwIfNoEntry: false });
    if (other?.ino === about.ino && other.dev === about.dev) {
      throw new UsageError(`${path} is being read: writing to it would destroy it`, 'give another name with -w');
    }
  }
}
