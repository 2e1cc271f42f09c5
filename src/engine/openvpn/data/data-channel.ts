import { type PrepareCipher, prepareCipher } from '../../../crypto/cipher.js';
import { FRAMING_ROOM, openFraming, writeFraming } from '../../../wire/openvpn/compression.js';
import { innerMessage } from '../../../wire/openvpn/inner-messages.js';
import { P_DATA_V1, P_DATA_V2 } from '../../../wire/openvpn/opcodes.js';
import type { DataKeys } from '../data-keys.js';
import type { Traffic } from '../traffic.js';
import { type DataDrop, type DataDropReason, dataDrop } from './drop.js';
import { EpochKey } from './epoch-key.js';
import { Defragmenter, FRAGMENT_HEADER_LENGTH, Fragmenter } from './fragments.js';
import type { KeyAtWork } from './key-at-work.js';
import { LiveKey, type LiveKeyOptions } from './live-key.js';
import { payloadKind } from './payload-kind.js';

export interface DataChannelOptions extends Omit<LiveKeyOptions, 'prepare'> {
  /** Where the host has a faster way than ours. */
  readonly prepare?: PrepareCipher;
  readonly device: 'tun' | 'tap';
  /** `--fragment`: bytes of the longest packet we send, in its own length; with keys that have `fragment`. */
  readonly fragment?: number;
}

/** What was in a packet. `part`: a fragment, and others are missing yet. */
export type OpenedPacket =
  | { readonly kind: 'payload'; readonly payload: Uint8Array; readonly keyId: number }
  /** Ping and OCC: for the control channel's command `inner`. */
  | { readonly kind: 'inner'; readonly bytes: Uint8Array; readonly message: string; readonly keyId: number }
  | { readonly kind: 'part'; readonly keyId: number };

/** What a data channel did so far. */
export interface DataCounts {
  readonly packetsIn: number;
  readonly packetsOut: number;
  /** Of payloads, pings and OCC left out. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Payloads that went nowhere: no key, or none of its packet ids left, or too many fragments. */
  readonly unsent: number;
  readonly drops: ReadonlyMap<DataDropReason, { readonly count: number; readonly text: string }>;
}

const NOTHING: readonly Uint8Array[] = [];

/**
 * The data channel of one session: payloads in packets, packets out to payloads, with as many keys as live beside each other while they are
 * renegotiated. Static keys are the one key of a channel without opcodes. `now` is the machine's clock, milliseconds. Never throws for
 * what a peer sends.
 */
export class DataChannel {
  readonly #options: LiveKeyOptions & Pick<DataChannelOptions, 'fragment' | 'device'>;
  readonly #keys = new Map<number, KeyAtWork>();
  readonly #fragmenter = new Fragmenter();
  readonly #defragmenter = new Defragmenter();
  readonly #drops = new Map<DataDropReason, { count: number; readonly text: string }>();
  #sending: KeyAtWork | undefined;
  #scratch = Buffer.alloc(2048);
  #traffic: { -readonly [Key in keyof Traffic]: Traffic[Key] } | undefined;
  #packetsIn = 0;
  #packetsOut = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  #unsent = 0;

  constructor(options: DataChannelOptions) {
    this.#options = { ...options, prepare: options.prepare ?? prepareCipher };
  }

  /** Opens with this key from now on, besides others; one that has its key id already goes. Throws `UsageError` for keys that do not fit. */
  add(keys: DataKeys, now: number): void {
    const live = setToWork(keys, this.#options);
    this.remove(keys.keyId);
    this.#keys.set(keys.keyId, live);
    // The first there is: whoever has it may already hear us.
    this.#sending ??= live;
    this.#traffic ??= { sentAt: now, receivedAt: now, largestSent: 0, largestReceived: 0 };
  }

  /** Sends with the key of this key id from now on. */
  activate(keyId: number): void {
    this.#sending = this.#keys.get(keyId) ?? this.#sending;
  }

  /** What was sent with the key is sent with the newest that is left. */
  remove(keyId: number): void {
    const live = this.#keys.get(keyId);
    if (live === undefined) return;
    live.release();
    this.#keys.delete(keyId);
    if (this.#sending === live) this.#sending = [...this.#keys.values()].at(-1);
  }

  /** Forgets all keys. */
  close(): void {
    for (const keyId of [...this.#keys.keys()]) this.remove(keyId);
  }

  /** Undefined while there was no key yet. */
  get traffic(): Traffic | undefined {
    return this.#traffic === undefined ? undefined : { ...this.#traffic };
  }

  /** The key in use should be renegotiated: few packet ids are left, or too much went through a cipher with small blocks. */
  get worn(): boolean {
    return this.#sending?.worn === true;
  }

  get counts(): DataCounts {
    const drops = new Map([...this.#drops].map(([reason, { count, text }]) => [reason, { count, text }] as const));
    return {
      packetsIn: this.#packetsIn,
      packetsOut: this.#packetsOut,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      unsent: this.#unsent,
      drops,
    };
  }

  /** Bytes of the largest payload whose packet, as the transport carries it, is no longer than this; without fragmenting. */
  room(length: number): number {
    const live = this.#sending;
    if (live === undefined) return 0;
    const { compression, fragment } = live.keys;
    const framing = { none: 0, lzo: 1, stub: 1, lz4: 1, 'stub-v2': 0, 'lz4-v2': 0 }[compression.framing];
    return Math.max(0, live.room(length) - framing - (fragment ? FRAGMENT_HEADER_LENGTH : 0));
  }

  /** The packets that carry a payload, the receiver's to keep: one, or its fragments; none when it could not be sent. */
  seal(payload: Uint8Array, now: number): readonly Uint8Array[] {
    const live = this.#sending;
    if (live === undefined || payload.length === 0) return this.#notSent();
    const framed = this.#frame(live.keys, payload);
    const packets = live.keys.fragment ? this.#sealFragments(live, framed) : sealWhole(live, framed);
    if (packets === undefined) return this.#notSent();
    this.#packetsOut += packets.length;
    if (innerMessage(payload) === undefined) this.#bytesOut += payload.length;
    const traffic = this.#traffic;
    if (traffic !== undefined) {
      traffic.sentAt = now;
      for (const { length } of packets) if (length > traffic.largestSent) traffic.largestSent = length;
    }
    return packets;
  }

  /** @param packet from the opcode on; with a static key the whole of it */
  open(packet: Uint8Array, now: number): OpenedPacket | DataDrop {
    const live = this.#keyFor(packet);
    const opened = 'kind' in live ? live : this.#open(live, packet, now);
    if (opened.kind === 'drop') {
      const before = this.#drops.get(opened.reason);
      if (before === undefined) this.#drops.set(opened.reason, { count: 1, text: opened.text });
      else before.count++;
      return opened;
    }
    this.#packetsIn++;
    if (opened.kind === 'payload') this.#bytesIn += opened.payload.length;
    return opened;
  }

  #keyFor(packet: Uint8Array): KeyAtWork | DataDrop {
    const only = this.#keys.get(0);
    if (only?.keys.derivation === 'static') return only;
    const first = packet[0] ?? 0;
    const opcode = first >> 3;
    if (opcode !== P_DATA_V1 && opcode !== P_DATA_V2) return dataDrop('opcode', `opcode ${opcode} carries no data`);
    const live = this.#keys.get(first & 7);
    return live ?? dataDrop('unknown-key', `we have no key with key id ${first & 7}`);
  }

  #open(live: KeyAtWork, packet: Uint8Array, now: number): OpenedPacket | DataDrop {
    const plain = live.open(packet);
    if (!(plain instanceof Uint8Array)) return plain;
    // What is authentic proves that the peer lives, whatever comes of it.
    const traffic = this.#traffic;
    if (traffic !== undefined) {
      traffic.receivedAt = now;
      if (packet.length > traffic.largestReceived) traffic.largestReceived = packet.length;
    }
    const { keyId, fragment, compression } = live.keys;
    const whole = fragment ? this.#defragmenter.add(plain, now) : plain;
    if (whole === 'waiting') return { kind: 'part', keyId };
    if (whole === undefined) return dataDrop('fragment', `${plain.length} bytes whose fragment header says nothing that can be`);
    const payload = openFraming(compression.framing, whole);
    if (payload === undefined) return dataDrop('framing', framingText(compression.framing, whole));
    const message = innerMessage(payload);
    if (message !== undefined) return { kind: 'inner', bytes: payload, message, keyId };
    const { device } = this.#options;
    return isCarried(device, payload) ? { kind: 'payload', payload, keyId } : dataDrop('payload', payloadText(device, payload));
  }

  #frame({ compression }: DataKeys, payload: Uint8Array): Uint8Array {
    const { framing, compressOut } = compression;
    if (framing === 'none') return payload;
    if (payload.length + FRAMING_ROOM > this.#scratch.length) this.#scratch = Buffer.alloc((payload.length + FRAMING_ROOM) * 2);
    return this.#scratch.subarray(0, writeFraming(framing, payload, compressOut, this.#scratch, 0));
  }

  #sealFragments(live: KeyAtWork, framed: Uint8Array): readonly Uint8Array[] | undefined {
    const { fragment } = this.#options;
    const pieces = this.#fragmenter.cut(framed, fragment === undefined ? Number.POSITIVE_INFINITY : live.room(fragment));
    const packets = pieces?.map((piece) => live.seal(piece));
    return packets?.every((packet) => packet !== undefined) === true ? packets : undefined;
  }

  #notSent(): readonly Uint8Array[] {
    this.#unsent++;
    return NOTHING;
  }
}

/** Throws `UsageError` for keys that do not fit. */
function setToWork(keys: DataKeys, options: LiveKeyOptions): KeyAtWork {
  const { cipher, peerId, epochs } = keys;
  return epochs === true && cipher?.kind === 'aead' && peerId !== undefined
    ? new EpochKey({ ...keys, cipher, peerId }, options)
    : new LiveKey(keys, options);
}

function sealWhole(live: KeyAtWork, framed: Uint8Array): readonly Uint8Array[] | undefined {
  const packet = live.seal(framed);
  return packet === undefined ? undefined : [packet];
}

/** What the other device carries, or nothing at all: ends that differ in `dev`, compression framing or `fragment`. */
function isCarried(device: 'tun' | 'tap', payload: Uint8Array): boolean {
  if (device === 'tap') return payloadKind(payload) !== 'tun';
  const version = (payload[0] ?? 0) >> 4;
  return version === 4 || version === 6;
}

function payloadText(device: 'tun' | 'tap', payload: Uint8Array): string {
  if (device === 'tap') return `${payload.length} bytes of an IP packet without the Ethernet frame that tap has`;
  const kind = payloadKind(payload) === 'tap' ? 'an Ethernet frame' : `what begins with ${hexByte(payload[0])}`;
  return `${payload.length} bytes of ${kind} where tun has an IP packet`;
}

function hexByte(byte = 0): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}

function framingText(framing: string, plain: Uint8Array): string {
  const first = plain.length === 0 ? 'nothing' : hexByte(plain[0]);
  return `${first} is no first byte that compression framing '${framing}' has, or it does not decompress`;
}
