import { DecodeError } from '../bytes/errors.js';
import type { CaptureFacts } from '../model/capture-facts.js';
import type { IkeSession } from '../model/ike-session.js';
import type { Malformed, Timestamp } from '../model/packet.js';
import type { PacketView } from '../pcapfile/packet-view.js';
import { inflateIpcomp } from '../wire/ipcomp-deflate.js';
import type { AhChecked } from './decrypt/ah.js';
import { AhChecker } from './decrypt/ah-checker.js';
import { EspOpener, type OpenedEsp } from './decrypt/esp-opener.js';
import { type EspSink, FastPath } from './fast-path.js';
import { Dissector } from './frame/dissector.js';
import { MAX_DEPTH } from './frame/walk.js';
import { IcmpErrors } from './icmp-errors.js';
import { IkeTracker, type ObservedIke } from './ike/session-tracker.js';
import { Keepalives } from './keepalives.js';
import { KeyRing } from './keys/key-ring.js';
import { isStaticKeyPacket } from './openvpn/data-decryptor.js';
import { innerPacket } from './openvpn/inner-packet.js';
import type { ObservedOpenvpn } from './openvpn/session-state.js';
import { OpenvpnTracker } from './openvpn/session-tracker.js';
import type { AhUnit, EspUnit, IpcompUnit, Layer, OpenvpnUnit, Packet, Unit } from './packet.js';
import { SaTracker } from './sa/sa-tracker.js';

/** A unit with what following and decrypting added to it. */
export interface ObservedUnit {
  readonly unit: Unit;
  /** IKE only. */
  readonly ike?: ObservedIke;
  /** OpenVPN only. */
  readonly openvpn?: ObservedOpenvpn;
  /** ESP for which there was a key. */
  readonly opened?: OpenedEsp;
  /** AH for which there was a key. */
  readonly checked?: AhChecked;
  /** What was inside, when it could be opened. */
  readonly inner?: InnerPacket;
  /** The unit itself could not be decoded or decrypted to the end. */
  readonly malformed?: Malformed;
}

/** A packet that came out of ESP or IPComp. */
export interface InnerPacket {
  /** What `bytes` are: an IP protocol number, 4 and 41 for whole IP packets. */
  readonly nextHeader: number;
  readonly bytes: Uint8Array;
  readonly layers: readonly Layer[];
  readonly units: readonly ObservedUnit[];
  readonly malformed?: Malformed;
}

/** All that is known of a frame. Views in it hold until the next one is observed. */
export interface Observation {
  readonly packet: Packet;
  readonly units: readonly ObservedUnit[];
}

export interface AnalyserOptions {
  readonly keys?: KeyRing;
  /** Take ordinary ESP by the fast path: then `observe` returns nothing for it, and this sink, if any, is told. */
  readonly fast?: { readonly sink?: EspSink };
}

/**
 * Joins everything that follows a capture: packets go in in order, facts come out at the end. Bounded in memory whatever
 * the capture holds.
 */
export class Analyser {
  readonly #dissector = new Dissector();
  readonly #sas = new SaTracker();
  readonly #ike: IkeTracker;
  readonly #openvpn: OpenvpnTracker;
  readonly #keys: KeyRing;
  #esp: EspOpener | undefined;
  #ah: AhChecker | undefined;
  readonly #icmp = new IcmpErrors();
  readonly #keepalives = new Keepalives();
  #fast: FastPath | undefined;
  #packets = 0;
  #firstSec = 0;
  #firstNsec = 0;
  #lastSec = 0;
  #lastNsec = 0;

  constructor({ keys = new KeyRing(), fast }: AnalyserOptions = {}) {
    this.#keys = keys;
    this.#ike = new IkeTracker(keys);
    this.#openvpn = new OpenvpnTracker(keys.openvpn);
    this.#dissector.openvpn.useKeys(
      (bytes) => isStaticKeyPacket(bytes, keys.openvpn.staticKeys),
      () => keys.openvpn.staticKeys.length > 0,
    );
    if (fast !== undefined) this.#fast = new FastPath(this.#sas, fast.sink, this.#dissector.openvpn);
    this.addKeys(new KeyRing());
  }

  /** Adds keys that came with the capture itself; they hold for SAs that were not seen before. */
  addKeys(more: KeyRing): void {
    this.#keys.merge(more);
    if (this.#keys.ah.length > 0) this.#ah ??= new AhChecker(this.#keys);
    if (this.#keys.esp.length === 0) return;
    this.#esp ??= new EspOpener(this.#keys);
    // A packet that is to be decrypted needs the general decoder.
    this.#fast = undefined;
  }

  /** Takes the next packet. Undefined when the fast path took it. */
  observe(view: PacketView): Observation | undefined {
    this.#packets++;
    if (this.#packets === 1) {
      this.#firstSec = view.sec;
      this.#firstNsec = view.nsec;
    }
    this.#lastSec = view.sec;
    this.#lastNsec = view.nsec;
    if (this.#fast?.handle(view) === true) return undefined;
    const packet = this.#dissector.dissect(view);
    return { packet, units: packet.units.map((unit) => this.#observeUnit(unit, packet)) };
  }

  /** What is known by now; to be asked once, after the last packet. `notes`: faults of the capture file. */
  facts(notes: readonly string[] = []): CaptureFacts {
    const first: Timestamp = { sec: this.#firstSec, nsec: this.#firstNsec };
    const last: Timestamp = { sec: this.#lastSec, nsec: this.#lastNsec };
    // Traffic, ICMP errors and silence tell what became of handshakes whose end is encrypted or missing.
    const sessions = this.#ike.facts({
      sas: this.#sas.facts(),
      icmpErrors: this.#icmp.facts(),
      ...(this.#packets > 0 ? { lastTime: last } : {}),
    });
    this.#pairNegotiated(sessions);
    return {
      sessions,
      sas: this.#sas.facts(),
      openvpn: this.#openvpn.facts({ icmpErrors: this.#icmp.facts(), ...(this.#packets > 0 ? { lastTime: last } : {}) }),
      icmpErrors: this.#icmp.facts(),
      duration: last.sec - first.sec + (last.nsec - first.nsec) / 1e9,
      ...(this.#packets > 0 ? { firstTime: first, lastTime: last } : {}),
      packets: this.#packets,
      keepalives: this.#keepalives.facts(),
      incompleteDatagrams: this.#dissector.incompleteDatagrams(),
      evicted: { sas: this.#sas.evicted, sessions: this.#ike.evicted + this.#openvpn.evicted },
      notes: [...notes, ...(this.#esp?.refusals ?? [])],
    };
  }

  /** What was seen being negotiated tells the two directions of a tunnel apart better than addresses and times do. */
  #pairNegotiated(sessions: readonly IkeSession[]): void {
    for (const { children } of sessions) {
      for (const { spiInitiator, spiResponder } of children) {
        if (spiInitiator !== undefined && spiResponder !== undefined) this.#sas.pair(Number(spiInitiator), Number(spiResponder));
      }
    }
  }

  #observeUnit(unit: Unit, packet: Packet): ObservedUnit {
    switch (unit.kind) {
      case 'esp':
        return this.#observeEsp(unit, packet);
      case 'ah':
        return this.#observeAh(unit, packet);
      case 'ipcomp':
        return this.#observeIpcomp(unit, packet);
      case 'ike':
        return keepingFault(unit, () => ({ unit, ike: this.#ike.observe(unit, packet) }));
      case 'natt-keepalive':
        this.#keepalives.observe(unit, packet);
        return { unit };
      case 'icmp-error':
        this.#icmp.observe(unit, packet);
        return { unit };
      case 'openvpn':
        return this.#observeOpenvpn(unit, packet);
      case 'ip-fragment':
        return { unit };
    }
  }

  #observeOpenvpn(unit: OpenvpnUnit, packet: Packet): ObservedUnit {
    const openvpn = this.#openvpn.observe(unit, packet);
    if (openvpn === undefined) return { unit };
    const payload = openvpn.data?.payload;
    const within = payload === undefined || unit.depth >= MAX_DEPTH ? undefined : innerPacket(payload);
    if (within === undefined) return { unit, openvpn };
    return { unit, openvpn, inner: this.#inner(within.bytes, within.protocol, unit, unit.depth, packet) };
  }

  #observeIpcomp(unit: IpcompUnit, packet: Packet): ObservedUnit {
    this.#sas.observe(unit, packet);
    // Compressed data can be made to inflate to itself: each level counts.
    const inflated = isCut(unit) || unit.depth >= MAX_DEPTH ? undefined : inflateIpcomp(unit.bytes);
    return inflated === undefined ? { unit } : { unit, inner: this.#inner(inflated, unit.nextHeader, unit, unit.depth + 1, packet) };
  }

  /** What came out of a unit, followed like everything else. */
  #inner(bytes: Uint8Array, protocol: number, { src, dst }: Unit, depth: number, packet: Packet): InnerPacket {
    const { frame, sec, nsec } = packet;
    const { layers, units, malformed } = this.#dissector.dissectIp(bytes, { frame, sec, nsec, protocol, src, dst, depth });
    const inner = { nextHeader: protocol, bytes, layers, units: units.map((one) => this.#observeUnit(one, packet)) };
    return malformed === undefined ? inner : { ...inner, malformed };
  }

  #observeAh(unit: AhUnit, packet: Packet): ObservedUnit {
    const sa = this.#sas.observe(unit, packet);
    const ah = this.#ah;
    if (ah === undefined || isCut(unit)) return { unit };
    return keepingFault(unit, () => {
      const checked = ah.check(unit.src.address, unit.dst.address, unit.spi, unit.datagram);
      if (checked === undefined) return { unit };
      this.#sas.addDecryption(sa, checked.icv);
      return { unit, checked };
    });
  }

  #observeEsp(unit: EspUnit, packet: Packet): ObservedUnit {
    const sa = this.#sas.observe(unit, packet);
    const esp = this.#esp;
    if (esp === undefined || isCut(unit)) return { unit };
    return keepingFault(unit, () => {
      const opened = esp.open(unit.src.address, unit.dst.address, unit.bytes);
      if (opened === undefined) return { unit };
      this.#sas.addDecryption(sa, opened.plain.icv);
      if (!opened.plain.plausible) return { unit, opened };
      const inner = this.#inner(opened.plain.payload, opened.plain.nextHeader, unit, unit.depth, packet);
      return { unit, opened, inner };
    });
  }
}

/** The snap length left too little of it to check or decrypt. */
function isCut({ bytes, length }: Unit): boolean {
  return bytes.length < length;
}

/** A fault inside a unit is part of what is known of it. */
function keepingFault(unit: Unit, observe: () => ObservedUnit): ObservedUnit {
  try {
    return observe();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { unit, malformed: { field: error.field, offset: error.offset, message: error.message } };
  }
}
