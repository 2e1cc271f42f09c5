import { DecodeError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import { decodeKeyMethod, type KeyMethodMessage } from '../../wire/openvpn/key-method.js';
import type { DataKeys } from './data-keys.js';
import { ReliableReceiver, ReliableSender } from './reliability.js';

const NO_BYTES = new Uint8Array(0);

/** What came of application data. */
export interface Said {
  /** The first message, once. */
  readonly keyMethod?: KeyMethodMessage;
  /** Lines after it, without the zero byte. */
  readonly lines: readonly string[];
  /** It is none of what it should be. */
  readonly broken?: string;
}

/** One key of a session while it is made and as long as it lasts: its reliability layer, its TLS, what both ends said. */
export class Negotiation {
  readonly sender: ReliableSender;
  readonly receiver: ReliableReceiver;
  tls: 'none' | 'handshaking' | 'up' = 'none';
  /** The peer's reset is there, so that TLS may speak. */
  met: boolean;
  /** What TLS has said before that. */
  held: Uint8Array = NO_BYTES;
  /** The peer has sent TLS records. */
  spoken = false;
  /** The TLS stack was given something and has not answered yet. */
  asking = false;
  ours: KeyMethodMessage | undefined;
  theirs: KeyMethodMessage | undefined;
  /** Key material of the TLS session: for data, for dynamic `tls-crypt`. */
  exported: readonly Uint8Array[] = [];
  keys: DataKeys | undefined;
  /** The peer has shown that it has the keys too. */
  active = false;
  #plain: Uint8Array = NO_BYTES;

  /**
   * @param conversation name of its TLS
   * @param resetDone both resets went by already: messages count from 1
   */
  constructor(
    readonly keyId: number,
    readonly conversation: string,
    resetDone: boolean,
  ) {
    this.met = resetDone;
    this.sender = new ReliableSender(resetDone ? 1 : 0);
    this.receiver = new ReliableReceiver(resetDone ? 1 : 0);
  }

  /** Takes application data. @param most bytes that may wait for their end */
  hear(plain: Uint8Array, fromClient: boolean, most: number): Said {
    this.#plain = this.#plain.length === 0 ? plain : Buffer.concat([this.#plain, plain]);
    let keyMethod: KeyMethodMessage | undefined;
    if (this.theirs === undefined) {
      const reader = new ByteReader(this.#plain);
      try {
        keyMethod = decodeKeyMethod(reader, fromClient);
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        if (error.reason !== undefined || this.#plain.length > most) return { lines: [], broken: error.message };
        return { lines: [] };
      }
      this.theirs = keyMethod;
      this.#plain = reader.rest();
    }
    const lines: string[] = [];
    for (let end = this.#plain.indexOf(0); end >= 0; end = this.#plain.indexOf(0)) {
      if (end > 0) lines.push(Buffer.from(this.#plain.subarray(0, end)).toString('utf8'));
      this.#plain = this.#plain.subarray(end + 1);
    }
    const broken = this.#plain.length > most ? `${this.#plain.length} bytes without an end` : undefined;
    return { ...(keyMethod && { keyMethod }), lines, ...(broken !== undefined && { broken }) };
  }
}
