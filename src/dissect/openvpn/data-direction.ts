import type { OpenedData } from '../../keymat/openvpn-data.js';
import type { OpenvpnDirectionFacts } from '../../model/openvpn-session.js';
import type { Timestamp } from '../../model/packet.js';
import { secondsBetween } from '../../model/seconds-between.js';
import { readCompressionFraming } from '../../wire/openvpn/compression.js';
import { innerMessage } from '../../wire/openvpn/inner-messages.js';
import { SequenceTrack } from '../sa/sequence.js';
import { DataDecryptor, type FoundOpener } from './data-decryptor.js';
import { OpenPacketIds } from './open-packet-ids.js';

/** Holes in the numbers of one key that are remembered. */
const MAX_HOLES = 4096;
/** A ping has 16 bytes inside; with packet id, tag and framing of any kind it stays below this. */
const MAX_PING_LENGTH = 100;
/** Packets of the shortest length come by the clock when they are this far apart, seconds. */
const MIN_PING_INTERVAL = 0.9;

/** Counts that are over, of keys and of times. */
const MAX_RETIRED = 64;

/** What was inside a packet of the data channel. */
export interface InnerData {
  readonly authentic: boolean | undefined;
  readonly packetId: number | undefined;
  /** `ping`, `OCC_EXIT`. */
  readonly message: string | undefined;
  readonly framing: string;
  /** An IP packet or an Ethernet frame, unless it is compressed. */
  readonly payload: Uint8Array | undefined;
}

/** One direction of the data channel. */
export class DataDirection {
  packets = 0;
  #bytes = 0;
  #first: { readonly frame: number; readonly time: Timestamp } | undefined;
  #last: { frame: number; time: Timestamp } | undefined;
  #longestGap = 0;
  #longestGapFrame = 0;
  #largest = 0;
  #shortest = Number.POSITIVE_INFINITY;
  #shortestCount = 0;
  #lastShortest: Timestamp | undefined;
  #ticks = 0;
  #good = 0;
  #bad = 0;
  readonly #framings = new Map<string, number>();
  readonly #inner = new Map<string, number>();
  /** By key id, for the key in use. */
  readonly #decryptors = new Map<number, DataDecryptor>();
  #found: FoundOpener | undefined;
  readonly #tracks = new Map<number, SequenceTrack>();
  readonly #retired: SequenceTrack[] = [];
  readonly #openIds = new OpenPacketIds();
  /** By key id, the epoch its numbers are of. */
  readonly #epochs = new Map<number, number>();
  /** Long packet ids: the time that stands with them now. */
  #countedFrom: number | undefined;

  get lastTime(): Timestamp | undefined {
    return this.#last?.time;
  }

  decryptor(keyId: number): DataDecryptor {
    let decryptor = this.#decryptors.get(keyId);
    if (decryptor === undefined) {
      decryptor = new DataDecryptor();
      this.#decryptors.set(keyId, decryptor);
    }
    return decryptor;
  }

  /** More is known than when nothing opened the packets of this key id. */
  tryAgain(keyId: number): void {
    this.#decryptors.delete(keyId);
  }

  /** A key id gets a new key: its numbers begin again. */
  renew(keyId: number): void {
    this.#retire(keyId);
    this.#epochs.delete(keyId);
    this.#decryptors.delete(keyId);
  }

  count(frame: number, time: Timestamp, length: number): void {
    this.packets++;
    this.#bytes += length;
    if (length > this.#largest) this.#largest = length;
    this.#countShortest(time, length);
    this.#first ??= { frame, time };
    if (this.#last !== undefined) {
      const gap = secondsBetween(this.#last.time, time);
      if (gap > this.#longestGap) {
        this.#longestGap = gap;
        this.#longestGapFrame = frame;
      }
    }
    this.#last = { frame, time };
  }

  /** Where AEAD has its packet id; it shows by itself whether it is one. @param body behind opcode and peer id */
  countOpenId(body: Uint8Array, keyId: number, frame: number): void {
    for (const open of this.#openIds.read(body, keyId, frame)) {
      if (this.#isOfEpoch(open.epoch, open.keyId)) this.#observe(open.id, open.keyId, open.frame);
    }
  }

  /** What came out of a packet. `hidden`: its packet id does not stand open. */
  countOpened(
    { authentic, plaintext, packetId, time }: OpenedData,
    found: FoundOpener | undefined,
    keyId: number,
    frame: number,
    hidden: boolean,
  ): InnerData {
    this.#found = found ?? this.#found;
    if (authentic === false || plaintext === undefined) {
      this.#bad++;
      return { authentic, packetId: undefined, message: undefined, framing: 'none', payload: undefined };
    }
    this.#good++;
    if (hidden && packetId !== undefined && this.#isCount(time, keyId)) this.#observe(packetId, keyId, frame);
    const { framing, payload } = readCompressionFraming(plaintext);
    const message = payload === undefined ? undefined : innerMessage(payload);
    add(this.#framings, framing);
    if (message !== undefined) add(this.#inner, message);
    return { authentic, packetId, message, framing, payload: message === undefined ? payload : undefined };
  }

  facts(): OpenvpnDirectionFacts | undefined {
    const [first, last, found] = [this.#first, this.#last, this.#found];
    if (first === undefined || last === undefined) return undefined;
    const pings = this.#inner.get('ping');
    return {
      packets: this.packets,
      bytes: this.#bytes,
      keepalives: this.#good > 0 ? (pings ?? 0) : this.#shortest <= MAX_PING_LENGTH && this.#ticks > 0 ? this.#shortestCount : 0,
      firstFrame: first.frame,
      lastFrame: last.frame,
      firstTime: first.time,
      lastTime: last.time,
      longestGap: this.#longestGap,
      longestGapFrame: this.#longestGapFrame,
      largest: this.#largest,
      ...this.#sequenceFacts(),
      ...(this.#good + this.#bad > 0 ? { decrypted: { good: this.#good, bad: this.#bad } } : {}),
      ...(this.#framings.size > 0 ? { framings: Object.fromEntries(this.#framings) } : {}),
      ...(this.#inner.size > 0 ? { inner: Object.fromEntries(this.#inner) } : {}),
      ...(found === undefined ? {} : { cipher: found.cipher, direction: found.half }),
      ...(found?.digest === undefined ? {} : { digest: found.digest }),
    };
  }

  /** Numbers begin anew with each epoch; what comes late of the one before is left out. */
  #isOfEpoch(epoch: number, keyId: number): boolean {
    const before = this.#epochs.get(keyId);
    if (before !== undefined && epoch < before) return false;
    if (before !== undefined && epoch > before) this.#retire(keyId);
    this.#epochs.set(keyId, epoch);
    return true;
  }

  /** Long packet ids count anew with each time: a later one begins, an earlier one is over (`packet_id.c`, `packet_id_test`). */
  #isCount(time: number | undefined, keyId: number): boolean {
    if (time === undefined || time === this.#countedFrom) return true;
    if (time < (this.#countedFrom ?? time)) return false;
    if (this.#countedFrom !== undefined) this.#retire(keyId);
    this.#countedFrom = time;
    return true;
  }

  #retire(keyId: number): void {
    const track = this.#tracks.get(keyId);
    if (track !== undefined && this.#retired.length < MAX_RETIRED) this.#retired.push(track);
    this.#tracks.delete(keyId);
  }

  #observe(id: number, keyId: number, frame: number): void {
    let track = this.#tracks.get(keyId);
    if (track === undefined) {
      track = new SequenceTrack();
      this.#tracks.set(keyId, track);
    }
    track.observe(id, frame, 0, MAX_HOLES);
  }

  #countShortest(time: Timestamp, length: number): void {
    if (length < this.#shortest) {
      this.#shortest = length;
      this.#shortestCount = 0;
      this.#ticks = 0;
      this.#lastShortest = undefined;
    }
    if (length !== this.#shortest) return;
    this.#shortestCount++;
    if (this.#lastShortest !== undefined && secondsBetween(this.#lastShortest, time) >= MIN_PING_INTERVAL) this.#ticks++;
    this.#lastShortest = time;
  }

  #sequenceFacts(): Pick<OpenvpnDirectionFacts, 'sequence'> {
    const tracks = [...this.#retired, ...this.#tracks.values()];
    const [first] = tracks;
    if (first === undefined) return {};
    for (const track of tracks) track.settle(MAX_HOLES);
    const sum = (of: (track: SequenceTrack) => number) => tracks.reduce((total, track) => total + of(track), 0);
    return {
      sequence: {
        first: first.first,
        highest: tracks.at(-1)?.highest ?? first.highest,
        lost: sum((track) => track.lost),
        reordered: sum((track) => track.reordered),
        duplicates: sum((track) => track.duplicates),
        maxReorderDistance: Math.max(...tracks.map((track) => track.maxDistance)),
        beyondWindow: sum((track) => track.dropped64),
        lateFrames: tracks.flatMap((track) => track.lateFrames).slice(0, 8),
      },
    };
  }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
