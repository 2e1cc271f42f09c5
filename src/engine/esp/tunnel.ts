import { DecodeError } from '../../bytes/errors.js';
import { hexNumber } from '../../bytes/hex.js';
import { ByteReader } from '../../bytes/reader.js';
import { nameOf } from '../../bytes/registry.js';
import type { PrepareCipher } from '../../crypto/cipher.js';
import type { RandomSource } from '../../crypto/random-source.js';
import { decodeAh } from '../../wire/ah.js';
import { ahCoverage } from '../../wire/ah-coverage.js';
import { decodeEsp } from '../../wire/esp.js';
import { ipProtocols, PROTOCOL_IPCOMP, PROTOCOL_IPV4, PROTOCOL_IPV6, PROTOCOL_NO_NEXT_HEADER } from '../../wire/ip/protocols.js';
import type { ChildSa } from '../child-sa.js';
import type { Refusal } from '../refusal.js';
import type { OuterAddresses } from './ah-transform.js';
import { type Drop, type DropReason, drop } from './drop.js';
import type { OpenedPayload } from './inbound-esp.js';
import { describeInner, type InnerFields, readInnerFields } from './inner-fields.js';
import { innerMtu } from './inner-mtu.js';
import type { SaStatistics } from './sa-counts.js';
import { SaPair } from './sa-pair.js';
import { hostPacket, renewChecksum, upperLayer } from './transport-mode.js';

export interface TunnelOptions {
  readonly random: RandomSource;
  /** Of the outer header, for AH and transport mode; `move` changes them. */
  readonly addresses: OuterAddresses;
  /** Packets; 64. */
  readonly replayWindow?: number;
  /** Inner packets of tunnel mode are padded to this many bytes (RFC 4303 §2.7), unless the peer asked us not to. */
  readonly tfcPadding?: number;
  /** Where the host has a faster way than ours. */
  readonly prepareCipher?: PrepareCipher;
  /** The SA with this SPI of ours has used most of its lifetime in kilobytes: it is time to rekey it. Said once an SA. */
  readonly onWorn?: (spiIn: number) => void;
}

/** A packet on its way out. */
export interface Protected {
  readonly kind: 'protected';
  readonly protocol: 'esp' | 'ah';
  readonly encapsulation: ChildSa['encapsulation'];
  /** Of the SA that it was sealed with. */
  readonly spi: number;
  /** ESP from the SPI on. AH: the whole IP packet, whose outer header the ICV covers. The receiver's to keep. */
  readonly bytes: Uint8Array;
}

/** It may not go: no SA for it, or one that is used up. */
export interface Refused {
  readonly kind: 'refused';
  readonly refusal: Refusal;
}

/** An IP packet that came out of the tunnel. May be a view of what went in. */
export interface Unprotected {
  readonly kind: 'packet';
  readonly packet: Uint8Array;
  /** Ours: of the SA that it came by. */
  readonly spi: number;
}

/**
 * The SAs between us and one peer, of all generations: sends with the newest that may, receives with all until they are removed
 * (RFC 7296 §2.8). Whole IP packets go in and come out, in tunnel and in transport mode alike. Never throws for what a peer sends.
 */
export class Tunnel {
  readonly #options: TunnelOptions;
  #addresses: OuterAddresses;
  /** By the SPI that we chose, oldest first. */
  readonly #pairs = new Map<number, SaPair>();
  /** Newest first. */
  #newest: readonly SaPair[] = [];
  readonly #strays = new Map<DropReason, number>();

  constructor(options: TunnelOptions) {
    this.#options = options;
    this.#addresses = options.addresses;
  }

  /**
   * Takes in a pair of SAs. `send`: when it takes over from older ones for the same packets; the responder of a rekeying waits until
   * the peer uses it, or has deleted the old one. Throws `UsageError` when its algorithms or keys cannot be used.
   */
  add(child: ChildSa, send: 'now' | 'once-heard' = 'now'): void {
    const { random, replayWindow, prepareCipher } = this.#options;
    const pair = new SaPair(child, random, replayWindow, send === 'now', prepareCipher);
    this.#pairs.get(child.spiIn)?.release();
    this.#pairs.set(child.spiIn, pair);
    this.#newest = [...this.#pairs.values()].reverse();
  }

  /** Sends with this SA from now on. */
  startSending(spiIn: number): void {
    const pair = this.#pairs.get(spiIn);
    if (pair !== undefined) pair.sending = true;
  }

  /** Forgets a pair of SAs by the SPI that we chose; what it did last, inbound and outbound. */
  remove(spiIn: number): readonly SaStatistics[] {
    const pair = this.#pairs.get(spiIn);
    if (pair === undefined) return [];
    this.#pairs.delete(spiIn);
    this.#newest = this.#newest.filter((other) => other !== pair);
    pair.release();
    return pair.statistics();
  }

  /** Forgets all of them. */
  close(): void {
    for (const spiIn of [...this.#pairs.keys()]) this.remove(spiIn);
  }

  /** After MOBIKE or a change of the NAT's mapping. */
  move(addresses: OuterAddresses): void {
    this.#addresses = addresses;
  }

  /** The largest IP packet that fits into a link of `linkMtu` bytes with the SA that sends; undefined without one. */
  innerMtu(linkMtu: number): number | undefined {
    const pair = this.#newest.find(({ sending }) => sending);
    return pair === undefined ? undefined : innerMtu(pair.child, linkMtu, this.#addresses.local.includes(':') ? 6 : 4);
  }

  /** Inbound and outbound of each pair, oldest first. */
  statistics(): readonly SaStatistics[] {
    return [...this.#pairs.values()].flatMap((pair) => pair.statistics());
  }

  /** Packets that belonged to no SA. */
  get strays(): ReadonlyMap<DropReason, number> {
    return this.#strays;
  }

  /** `packet`: a whole IP packet. */
  protect(packet: Uint8Array): Protected | Refused {
    let fields: InnerFields;
    try {
      fields = readInnerFields(packet);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return refused('malformed', `this is no whole IP packet: ${error.message}`);
    }
    const pair = this.#pairFor(packet, fields);
    if (pair === undefined) return this.#noSa(packet, fields);
    const { child } = pair;
    if (child.mode === 'tunnel') {
      const whole = fields.length === packet.length ? packet : packet.subarray(0, fields.length);
      return this.#seal(pair, whole, fields.version === 4 ? PROTOCOL_IPV4 : PROTOCOL_IPV6, fields.length);
    }
    if (fields.fragment) return refused('fragment', 'transport mode protects whole packets only, and this is a fragment (RFC 4303 §3.1.1)');
    const { payload, nextHeader } = upperLayer(packet, fields);
    return this.#seal(pair, payload, nextHeader, fields.length);
  }

  /** A packet of `length` random bytes that the peer drops (RFC 4303 §2.6); with the newest SA of ESP. */
  dummy(length: number): Protected | Refused {
    const pair = this.#newest.find(({ child, sending }) => sending && child.protocol === 'esp');
    if (pair === undefined) return refused('no-sa', 'there is no ESP SA to send a dummy packet with');
    return this.#seal(pair, this.#options.random(length), PROTOCOL_NO_NEXT_HEADER, length);
  }

  /**
   * `bytes`: of ESP from the SPI on, of AH the whole IP packet. `came`: between which addresses; what is sent goes there from then on, once
   * the packet has proved itself (RFC 7296 §2.23).
   */
  unprotect(protocol: 'esp' | 'ah', bytes: Uint8Array, came?: OuterAddresses): Unprotected | Drop {
    const before = this.#addresses;
    if (came !== undefined) this.#addresses = came;
    const result = this.#unprotect(protocol, bytes);
    if (result.kind === 'drop') this.#addresses = before;
    return result;
  }

  #unprotect(protocol: 'esp' | 'ah', bytes: Uint8Array): Unprotected | Drop {
    let spi: number;
    try {
      spi =
        protocol === 'esp' ? decodeEsp(new ByteReader(bytes)).spi : decodeAh(new ByteReader(bytes.subarray(ahCoverage(bytes).ahAt))).spi;
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return this.#stray(drop('too-short', error.message));
    }
    const pair = this.#pairs.get(spi);
    if (pair === undefined || pair.outerProtocol !== protocol) {
      return this.#stray(drop('unknown-spi', `no ${protocol === 'esp' ? 'ESP' : 'AH'} SA of ours has this SPI`, spi));
    }
    const opened = pair.open(bytes);
    const result = opened.kind === 'drop' ? opened : this.#accept(pair, opened);
    if (result.kind === 'drop') {
      pair.inCounts.countDrop(result.reason);
      return result;
    }
    pair.inCounts.packets++;
    pair.inCounts.bytes += result.packet.length;
    this.#lookAtAge(pair);
    return result;
  }

  #pairFor(packet: Uint8Array, fields: InnerFields): SaPair | undefined {
    let waiting: SaPair | undefined;
    for (const pair of this.#newest) {
      if (!pair.selectors.allowsOut(packet, fields)) continue;
      if (pair.sending) return pair;
      waiting ??= pair;
    }
    // Nothing older is left: then the peer deleted it, and waits for us.
    if (waiting !== undefined) waiting.sending = true;
    return waiting;
  }

  /** @param length that is counted: of the whole packet where transport mode takes its header off */
  #seal(pair: SaPair, plain: Uint8Array, plainHeader: number, length: number): Protected | Refused {
    const { child, outCounts } = pair;
    if (pair.over) {
      const spi = hexNumber(child.spiOut, 8);
      return refused(
        'lifetime-exhausted',
        `the SA with SPI ${spi} has protected the ${child.kilobytes} kB of its lifetime: it must be rekeyed`,
      );
    }
    const compressed = pair.compress(plain, plainHeader);
    const payload = compressed ?? plain;
    const nextHeader = compressed === undefined ? plainHeader : PROTOCOL_IPCOMP;
    // Only an IP packet says where it ends and the padding begins.
    const padded = compressed === undefined && child.mode === 'tunnel' && !child.noTfcPadding ? (this.#options.tfcPadding ?? 0) : 0;
    const bytes = pair.seal(payload, nextHeader, padded, this.#addresses);
    if (bytes === undefined) {
      const last = pair.outbound.sequence.last;
      return refused(
        'sequence-exhausted',
        `the SA with SPI ${hexNumber(child.spiOut, 8)} has used its last sequence number, ${last}: it must be rekeyed`,
      );
    }
    outCounts.packets++;
    outCounts.bytes += length;
    this.#lookAtAge(pair);
    return { kind: 'protected', protocol: pair.outerProtocol, encapsulation: child.encapsulation, spi: child.spiOut, bytes };
  }

  /** An authentic payload: what is inside, and whether it may be. */
  #accept(pair: SaPair, opened: OpenedPayload): Unprotected | Drop {
    const { child, inCounts } = pair;
    // The peer uses it: so may we.
    pair.sending = true;
    if (!opened.paddingOk) inCounts.oddPadding++;
    let { nextHeader, payload } = opened;
    if (nextHeader === PROTOCOL_NO_NEXT_HEADER) return drop('dummy', 'a dummy packet, made to be dropped', child.spiIn);
    if (nextHeader === PROTOCOL_IPCOMP) {
      const inflated = pair.decompress(payload);
      if (inflated.kind === 'drop') return inflated;
      ({ nextHeader, payload } = inflated);
    }
    if (child.mode === 'tunnel' && nextHeader !== PROTOCOL_IPV4 && nextHeader !== PROTOCOL_IPV6) {
      const text = `next header ${nameOf(ipProtocols, nextHeader)} where tunnel mode has an IP packet`;
      return drop('next-header', text, child.spiIn);
    }
    try {
      return this.#deliver(pair, payload, nextHeader);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return drop('malformed', `what came out is no whole IP packet: ${error.message}`, child.spiIn);
    }
  }

  #deliver(pair: SaPair, payload: Uint8Array, nextHeader: number): Unprotected | Drop {
    const { child, inCounts } = pair;
    const whole = child.mode === 'tunnel' ? payload : hostPacket(payload, nextHeader, this.#addresses);
    if (child.mode === 'transport' && child.encapsulation !== 'none' && renewChecksum(whole)) inCounts.checksumsRenewed++;
    const fields = readInnerFields(whole);
    if (child.mode === 'tunnel' && (fields.version === 4) !== (nextHeader === PROTOCOL_IPV4)) {
      return drop(
        'malformed',
        `next header ${nameOf(ipProtocols, nextHeader)} before an IP packet of version ${fields.version}`,
        child.spiIn,
      );
    }
    // What follows the end of the packet is traffic flow confidentiality.
    const packet = fields.length === whole.length ? whole : whole.subarray(0, fields.length);
    if (!pair.selectors.allowsIn(packet, fields) && !pair.selectors.allowsError(packet, fields)) {
      return drop(
        'selector',
        `${describeInner(packet, fields)} is outside the selectors, ${pair.selectors.text} (ours first)`,
        child.spiIn,
      );
    }
    return { kind: 'packet', packet, spi: child.spiIn };
  }

  #lookAtAge(pair: SaPair): void {
    if (pair.saysWorn()) this.#options.onWorn?.(pair.child.spiIn);
  }

  #stray(dropped: Drop): Drop {
    this.#strays.set(dropped.reason, (this.#strays.get(dropped.reason) ?? 0) + 1);
    return dropped;
  }

  #noSa(packet: Uint8Array, fields: InnerFields): Refused {
    const theirs = this.#newest.map(({ selectors }) => selectors.text).join('; ');
    const text = theirs === '' ? 'there is no SA' : `no SA is for ${describeInner(packet, fields)}`;
    return refused('no-sa', text, describeInner(packet, fields), theirs);
  }
}

function refused(code: string, text: string, ours?: string, theirs?: string): Refused {
  const values = { ...(ours === undefined ? {} : { ours }), ...(theirs === undefined ? {} : { theirs }) };
  return { kind: 'refused', refusal: { code, by: 'us', exchange: 'ESP', text, ...values } };
}
