import { closeSync } from 'node:fs';
import { type EnvironmentError, UsageError } from '../bytes/errors.js';
import { writeError } from '../bytes/file-error.js';
import { openPrivate } from '../capture/open-private.js';
import { writeAll } from '../capture/write-all.js';
import { LINKTYPE } from '../pcapfile/linktypes.js';
import { pcapngInterface, pcapngPacket, pcapngSecrets, pcapngSection } from '../pcapfile/writer.js';

/** Bytes collected before they are written. */
const BATCH = 64 * 1024;
/** Milliseconds until what was collected is written: so much is lost when the process is killed. */
const FLUSH_AFTER = 100;

const WIRE = 0;
const INNER = 1;

export interface RecordingOptions {
  readonly path: string;
  /** `vpndoctor 1.2.3`, for the file's header. */
  readonly application?: string;
  /** Milliseconds since 1970, fractions welcome; default: now. */
  readonly date?: () => number;
}

/**
 * A pcapng file of a run: bare IP packets, those on the wire on one interface and those inside the tunnel on another, and keys. Written
 * in whole blocks every tenth of a second, so that it can be read however the run ends.
 */
export class Recording {
  readonly #fd: number;
  readonly #date: () => number;
  readonly #path: string;
  #blocks: Buffer[] = [];
  #bytes = 0;
  /** Where the first packet of this turn of the event loop lies among the blocks. */
  #turn: number | undefined;
  /** Where what waits for keys begins among the blocks, and until when it does. */
  #held: number | undefined;
  #holding: NodeJS.Timeout | undefined;
  #timer: NodeJS.Timeout | undefined;
  #open = true;
  #failure: UsageError | EnvironmentError | undefined;
  readonly #flushed = () => this.#flush();
  /** The process ends: nothing is waited for any more. */
  readonly #ended = () => {
    this.release();
    this.#flush();
  };

  /** @throws UsageError, EnvironmentError when the file cannot be written */
  constructor({ path, application, date = () => performance.timeOrigin + performance.now() }: RecordingOptions) {
    this.#path = path;
    this.#date = date;
    // Where others write to standard output, which is the report's here.
    if (path === '-') throw new UsageError('-w - is no file', 'name one, for example -w run.pcapng');
    try {
      this.#fd = openPrivate(path);
    } catch (error) {
      throw this.#cannot(error);
    }
    this.#add(pcapngSection(application === undefined ? {} : { application }));
    this.#add(pcapngInterface(LINKTYPE.RAW, { name: 'wire', description: 'what went between the two ends' }));
    this.#add(pcapngInterface(LINKTYPE.RAW, { name: 'tunnel', description: 'what the tunnel carried' }));
    this.#flush();
    if (this.#failure !== undefined) {
      closeSync(this.#fd);
      throw this.#failure;
    }
    process.on('exit', this.#ended);
  }

  /** An IP packet between the two ends. */
  wire(packet: Uint8Array): void {
    this.#packet(packet, WIRE);
  }

  /** An IP packet that went through the tunnel, in the clear. */
  inner(packet: Uint8Array): void {
    this.#packet(packet, INNER);
  }

  /**
   * A Decryption Secrets Block. Readers want it before the packets it opens: it goes in front of those that were given in this turn of
   * the event loop, because a machine sends the message that makes keys before it tells of them.
   */
  secrets(type: number, bytes: Uint8Array): void {
    const at = this.#held ?? this.#turn ?? this.#blocks.length;
    // Before: what fills a lot is written with it, and the next begins at its front.
    if (this.#held !== undefined) this.#held++;
    this.#add(pcapngSecrets(type, bytes), at);
  }

  /**
   * Keys are on their way that open what comes from now on: it waits so long, in milliseconds, and they go in front of it. A large lot
   * does not wait.
   */
  hold(milliseconds: number): void {
    this.#held ??= this.#blocks.length;
    clearTimeout(this.#holding);
    this.#holding = setTimeout(() => this.release(), milliseconds).unref();
  }

  /** The keys are there. */
  release(): void {
    clearTimeout(this.#holding);
    if (this.#held === undefined) return;
    this.#held = undefined;
    this.#timer ??= setTimeout(this.#flushed, FLUSH_AFTER).unref();
  }

  /** @throws EnvironmentError when something could not be written, now or before */
  close(): void {
    if (!this.#open) return;
    this.release();
    this.#flush();
    this.#open = false;
    process.off('exit', this.#ended);
    closeSync(this.#fd);
    if (this.#failure !== undefined) throw this.#failure;
  }

  #packet(data: Uint8Array, interfaceId: number): void {
    const date = this.#date();
    const sec = Math.floor(date / 1000);
    if (this.#turn === undefined) {
      this.#turn = this.#blocks.length;
      queueMicrotask(() => {
        this.#turn = undefined;
      });
    }
    this.#add(pcapngPacket({ sec, nsec: Math.floor((date - sec * 1000) * 1e6), data }, interfaceId));
  }

  #add(block: Buffer, at = this.#blocks.length): void {
    if (!this.#open || this.#failure !== undefined) return;
    this.#blocks.splice(at, 0, block);
    if (this.#turn !== undefined && at < this.#blocks.length - 1) this.#turn++;
    this.#bytes += block.length;
    if (this.#bytes >= BATCH) this.#flush();
    else this.#timer ??= setTimeout(this.#flushed, FLUSH_AFTER).unref();
  }

  /** A disk that refuses ends the recording, not the run. */
  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // The next that is let go writes it.
    if (this.#held !== undefined && this.#bytes < BATCH) return;
    const bytes = Buffer.concat(this.#blocks);
    this.#blocks = [];
    if (this.#turn !== undefined) this.#turn = 0;
    if (this.#held !== undefined) this.#held = 0;
    this.#bytes = 0;
    if (bytes.length === 0 || !this.#open || this.#failure !== undefined) return;
    try {
      writeAll(this.#fd, bytes, bytes.length);
    } catch (error) {
      this.#failure = this.#cannot(error);
    }
  }

  #cannot(error: unknown): UsageError | EnvironmentError {
    return writeError(this.#path, error);
  }
}
