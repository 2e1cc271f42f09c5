import { DecodeError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import type { PacketEnd } from '../../model/endpoint.js';
import type { Encapsulation, Malformed } from '../../model/packet.js';
import type { AhHeader } from '../../wire/ah.js';
import { decodeEsp } from '../../wire/esp.js';
import { describeIcmp, type IcmpHeader, nextHopMtu } from '../../wire/icmp.js';
import type { QuotedPacket } from '../../wire/icmp-quote.js';
import type { IpcompHeader } from '../../wire/ipcomp.js';
import { decodeOpenvpn } from '../../wire/openvpn/header.js';
import { STATIC_KEY_OPCODE } from '../../wire/openvpn/opcodes.js';
import type { FragmentLayer, Layer, Unit, UnitBase } from '../packet.js';

/** More layers than any honest packet has, and few enough that hostile nesting ends soon. */
const MAX_LAYERS = 64;
/** IP headers around each other; the innermost of tunnels in tunnels. */
export const MAX_DEPTH = 8;

/** What a walk begins with. */
export interface WalkStart {
  readonly frame: number;
  readonly sec: number;
  readonly nsec: number;
  readonly originalLength: number;
}

/** What came out of it. */
export interface WalkResult {
  readonly layers: readonly Layer[];
  readonly units: readonly Unit[];
  readonly malformed?: Malformed;
}

/** The state of one walk through a frame, from the link inwards. One object serves all frames in turn. */
export class Walk {
  /** The bytes that offsets count in: the frame, or a datagram put together from fragments. */
  root: Uint8Array = new Uint8Array(0);
  frame = 0;
  sec = 0;
  nsec = 0;
  originalLength = 0;
  /** Of the innermost IP header. */
  ipVersion: 4 | 6 = 4;
  src = '';
  dst = '';
  srcPort: number | undefined;
  dstPort: number | undefined;
  encapsulation: Encapsulation = 'none';
  ipFragments = 1;
  firstFrame = 0;
  depth = 0;
  /** Where the innermost IP datagram lies in `root`. */
  datagramStart = 0;
  datagramEnd = 0;
  #layers: Layer[] = [];
  #units: Unit[] = [];
  #malformed: Malformed | undefined;
  /** `root` ends before the data did. */
  #cut = false;
  #captured = 0;

  begin(start: WalkStart, root: Uint8Array): void {
    this.root = root;
    this.frame = start.frame;
    this.sec = start.sec;
    this.nsec = start.nsec;
    this.originalLength = start.originalLength;
    this.#captured = root.length;
    this.#cut = root.length < start.originalLength;
    this.src = '';
    this.dst = '';
    this.srcPort = undefined;
    this.dstPort = undefined;
    this.encapsulation = 'none';
    this.ipFragments = 1;
    this.firstFrame = start.frame;
    this.depth = 0;
    this.#layers = [];
    this.#units = [];
    this.#malformed = undefined;
  }

  /** A new IP header: whoever stood outside is no longer in effect. */
  enterIp(version: 4 | 6, src: string, dst: string, start: number, length: number): void {
    this.ipVersion = version;
    this.src = src;
    this.dst = dst;
    this.srcPort = undefined;
    this.dstPort = undefined;
    this.encapsulation = 'none';
    this.datagramStart = start;
    this.datagramEnd = start + length;
    this.depth++;
  }

  /** The datagram in work came whole only now: offsets count in it from here on. */
  enterWhole(root: Uint8Array, length: number, fragments: number, firstFrame: number): void {
    this.root = root;
    this.#cut = root.length < length;
    this.datagramStart = 0;
    this.datagramEnd = length;
    this.ipFragments = fragments;
    this.firstFrame = firstFrame;
  }

  push(layer: Layer): void {
    if (this.#layers.length >= MAX_LAYERS) throw new DecodeError('layers', 0, 0, 0, `more than ${MAX_LAYERS} within each other`);
    this.#layers.push(layer);
  }

  /**
   * @param bytes from the SPI on, as captured
   * @param base their offset
   * @param length of the ESP packet on the wire
   */
  addEsp(bytes: Uint8Array, base: number, length: number): void {
    const esp = decodeEsp(new ByteReader(bytes, base));
    this.push(esp);
    // Written out, not spread: this one runs for every packet of a tunnel.
    this.#units.push({
      kind: 'esp',
      src: endpoint(this.src, this.srcPort),
      dst: endpoint(this.dst, this.dstPort),
      encapsulation: this.encapsulation,
      length,
      bytes,
      ipFragments: this.ipFragments,
      firstFrame: this.firstFrame,
      depth: this.depth,
      spi: esp.spi,
      sequence: esp.sequence,
    });
  }

  /**
   * @param at where AH begins
   * @param length of AH and what it protects
   */
  addAh(ah: AhHeader, at: number, length: number): void {
    this.push(ah);
    this.#units.push({
      kind: 'ah',
      ...this.#base(this.#view(at, at + length), length),
      spi: ah.spi,
      sequence: ah.sequence,
      nextHeader: ah.nextHeader,
      icv: ah.icv,
      datagram: this.#view(this.datagramStart, this.datagramEnd),
    });
  }

  addIpcomp(ipcomp: IpcompHeader, at: number, length: number): void {
    this.push(ipcomp);
    this.#units.push({
      kind: 'ipcomp',
      ...this.#base(this.#view(at, at + length), length),
      cpi: ipcomp.cpi,
      nextHeader: ipcomp.nextHeader,
    });
  }

  /** @param bytes of the IKE message without marker */
  addIke(bytes: Uint8Array, length: number): void {
    this.push({ kind: 'ike', encapsulation: this.encapsulation, length });
    this.#units.push({ kind: 'ike', ...this.#base(bytes, length) });
  }

  addKeepalive(bytes: Uint8Array): void {
    this.push({ kind: 'natt-keepalive' });
    this.#units.push({ kind: 'natt-keepalive', ...this.#base(bytes, bytes.length) });
  }

  /** @param bytes from the opcode on */
  addOpenvpn(bytes: Uint8Array, length: number, evidence: string, staticKey: boolean): void {
    const header = staticKey
      ? ({ kind: 'openvpn', opcode: STATIC_KEY_OPCODE, keyId: 0, peerId: undefined } as const)
      : decodeOpenvpn(new ByteReader(bytes));
    this.push(header);
    const { opcode, keyId, peerId } = header;
    this.#units.push({ kind: 'openvpn', ...this.#base(bytes, length), opcode, keyId, peerId, evidence });
  }

  addFragment(
    { protocol, offset, moreFragments }: Pick<FragmentLayer, 'protocol' | 'offset' | 'moreFragments'>,
    { srcPort, dstPort }: Pick<FragmentLayer, 'srcPort' | 'dstPort'>,
    bytes: Uint8Array,
    length: number,
  ): void {
    const ends = { src: endpoint(this.src, srcPort), dst: endpoint(this.dst, dstPort) };
    this.#units.push({ kind: 'ip-fragment', ...this.#base(bytes, length), ...ends, protocol, offset, moreFragments });
  }

  addIcmpError(icmp: IcmpHeader, quoted: QuotedPacket | undefined, at: number, length: number): void {
    const { version, type, code } = icmp;
    const base = this.#base(this.#view(at, at + length), length);
    this.#units.push({ kind: 'icmp-error', ...base, version, type, code, text: describeIcmp(icmp), mtu: nextHopMtu(icmp), quoted });
  }

  /** Keeps the first thing that is wrong without ending the walk. */
  note(field: string, offset: number, message: string): void {
    this.#malformed ??= { field, offset, message };
  }

  /** Keeps what ended the walk. */
  fail(error: DecodeError): void {
    // What reads to the last captured byte and wants more was cut by the capture, not by its sender.
    const cut = this.#cut && error.reason === undefined && error.offset + error.have >= this.root.length;
    const by = cut ? `cut by the snap length (${this.#captured} of ${this.originalLength} bytes captured): ` : '';
    this.note(error.field, error.offset, `${by}${error.message}`);
  }

  result(): WalkResult {
    const result = { layers: this.#layers, units: this.#units };
    return this.#malformed === undefined ? result : { ...result, malformed: this.#malformed };
  }

  #view(start: number, end: number): Uint8Array {
    return this.root.subarray(start, Math.min(end, this.root.length));
  }

  #base(bytes: Uint8Array, length: number): UnitBase {
    return {
      src: endpoint(this.src, this.srcPort),
      dst: endpoint(this.dst, this.dstPort),
      encapsulation: this.encapsulation,
      length,
      bytes,
      ipFragments: this.ipFragments,
      firstFrame: this.firstFrame,
      depth: this.depth,
    };
  }
}

function endpoint(address: string, port: number | undefined): PacketEnd {
  return port === undefined ? { address } : { address, port };
}
