import { LINKTYPE } from '../pcapfile/linktypes.js';
import type { PacketView } from '../pcapfile/packet-view.js';
import { ESP_HEADER_LENGTH } from '../wire/esp.js';
import { HEADER_LENGTH as IKE_HEADER_LENGTH } from '../wire/ike/header.js';
import { IPV4_HEADER_LENGTH } from '../wire/ip/ipv4.js';
import { IPV6_HEADER_LENGTH } from '../wire/ip/ipv6.js';
import { PROTOCOL_ESP, PROTOCOL_UDP } from '../wire/ip/protocols.js';
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_QINQ, ETHERTYPE_VLAN } from '../wire/link/ethertypes.js';
import { P_CONTROL_WKC_V1 } from '../wire/openvpn/opcodes.js';
import { isHardReset } from '../wire/openvpn/recognise.js';
import { UDP_HEADER_LENGTH } from '../wire/udp.js';
import { NATT_PORT } from '../wire/udp-encap.js';
import type { SaTracker } from './sa/sa-tracker.js';
import { CARRIED_BARE, CARRIED_UDP, type TrackedSa } from './sa/tracked-sa.js';

/** Told of each ESP packet the fast path took. `packet` is valid during the call only. */
export interface EspSink {
  /**
   * @param sequence 32 bits
   * @param length bytes from SPI to end, as sent
   */
  esp(packet: PacketView, sa: TrackedSa, sequence: number, length: number): void;
}

const ETHERNET_HEADER = 14;
const ETHERTYPE_AT = 12;
const VLAN_TAG = 4;
const SLL_HEADER = 16;
const SLL_PROTOCOL_AT = 14;
const SLL2_HEADER = 20;
const NULL_HEADER = 4;
const IKE_VERSION_AT = 17;
const IKE_LENGTH_AT = 24;
/** Version 4 with a header of five words: no options. */
const IPV4_PLAIN = 0x45;
/** More-fragments bit and offset. */
const FRAGMENT_BITS = 0x3fff;

/**
 * The one measured fast path (design.md §5): a whole, ordinary ESP packet goes from the capture's buffer into the SA
 * tracker, and to the sink when there is one, without an object or a string. Bytes are indexed by hand here and nowhere
 * else. Whatever is not ordinary (options, extension headers, fragments, lengths that disagree, nothing behind the
 * sequence number, other protocols) is
 * left to the general decoder, which must come to the same result for everything taken here: the tests compare them.
 */
export class FastPath {
  readonly #tracker: SaTracker;
  readonly #sink: EspSink | undefined;
  readonly #openvpn: { readonly size: number };
  readonly #words = new Int32Array(8);

  /** @param openvpn OpenVPN flows that the general decoder knows: while there are any, what may belong to one is left to it */
  constructor(tracker: SaTracker, sink: EspSink | undefined, openvpn: { readonly size: number }) {
    this.#tracker = tracker;
    this.#sink = sink;
    this.#openvpn = openvpn;
  }

  /** True when the packet was taken; false means that nothing was done with it. */
  handle(packet: PacketView): boolean {
    const { data, start, end } = packet;
    let at = start;
    switch (packet.linkType) {
      case LINKTYPE.ETHERNET: {
        at = start + ETHERNET_HEADER;
        if (at > end) return false;
        let type = u16(data, start + ETHERTYPE_AT);
        for (let tags = 0; tags < 2 && (type === ETHERTYPE_VLAN || type === ETHERTYPE_QINQ); tags++) {
          at += VLAN_TAG;
          if (at > end) return false;
          type = u16(data, at - 2);
        }
        if (type === ETHERTYPE_IPV4) return this.#ipv4(packet, at);
        return type === ETHERTYPE_IPV6 && this.#ipv6(packet, at);
      }
      case LINKTYPE.LINUX_SLL:
        at = start + SLL_HEADER;
        return at <= end && this.#ip(packet, at, u16(data, start + SLL_PROTOCOL_AT));
      case LINKTYPE.LINUX_SLL2:
        at = start + SLL2_HEADER;
        return at <= end && this.#ip(packet, at, u16(data, start));
      case LINKTYPE.NULL:
      case LINKTYPE.LOOP:
        at = start + NULL_HEADER;
        return at <= end && this.#ip(packet, at, nullEtherType(data, start));
      case LINKTYPE.RAW:
      case LINKTYPE.RAW_BSD:
      case LINKTYPE.RAW_OPENBSD:
      case LINKTYPE.IPV4:
      case LINKTYPE.IPV6:
        if (start >= end) return false;
        return (data[start] as number) >> 4 === 6 ? this.#ipv6(packet, start) : this.#ipv4(packet, start);
      default:
        return false;
    }
  }

  #ip(packet: PacketView, at: number, etherType: number): boolean {
    if (etherType === ETHERTYPE_IPV4) return this.#ipv4(packet, at);
    return etherType === ETHERTYPE_IPV6 && this.#ipv6(packet, at);
  }

  #ipv4(packet: PacketView, at: number): boolean {
    const { data, end } = packet;
    const payloadAt = at + IPV4_HEADER_LENGTH;
    if (payloadAt + ESP_HEADER_LENGTH >= end || data[at] !== IPV4_PLAIN || (u16(data, at + 6) & FRAGMENT_BITS) !== 0) return false;
    const total = u16(data, at + 2);
    if (total > packet.originalLength - (at - packet.start)) return false;
    const protocol = data[at + 9];
    const length = total - IPV4_HEADER_LENGTH;
    if (protocol === PROTOCOL_ESP) {
      if (length <= ESP_HEADER_LENGTH) return false;
      const sa = this.#tracker.findIpv4(PROTOCOL_ESP, i32(data, at + 12), i32(data, at + 16), i32(data, payloadAt));
      this.#take(packet, sa, payloadAt, length, CARRIED_BARE, 0);
      return true;
    }
    if (protocol !== PROTOCOL_UDP || !holdsEsp(data, payloadAt, end, length) || this.#mayBeOpenvpn(data, payloadAt)) return false;
    const espAt = payloadAt + UDP_HEADER_LENGTH;
    const sa = this.#tracker.findIpv4(PROTOCOL_ESP, i32(data, at + 12), i32(data, at + 16), i32(data, espAt));
    this.#take(packet, sa, espAt, length - UDP_HEADER_LENGTH, CARRIED_UDP, i32(data, payloadAt));
    return true;
  }

  #ipv6(packet: PacketView, at: number): boolean {
    const { data, end } = packet;
    const payloadAt = at + IPV6_HEADER_LENGTH;
    if (payloadAt + ESP_HEADER_LENGTH >= end || (data[at] as number) >> 4 !== 6) return false;
    const length = u16(data, at + 4);
    if (length + IPV6_HEADER_LENGTH > packet.originalLength - (at - packet.start)) return false;
    const protocol = data[at + 6];
    if (protocol === PROTOCOL_ESP) {
      if (length <= ESP_HEADER_LENGTH) return false;
      this.#take(packet, this.#findIpv6(data, at, i32(data, payloadAt)), payloadAt, length, CARRIED_BARE, 0);
      return true;
    }
    if (protocol !== PROTOCOL_UDP || !holdsEsp(data, payloadAt, end, length) || this.#mayBeOpenvpn(data, payloadAt)) return false;
    const espAt = payloadAt + UDP_HEADER_LENGTH;
    const sa = this.#findIpv6(data, at, i32(data, espAt));
    this.#take(packet, sa, espAt, length - UDP_HEADER_LENGTH, CARRIED_UDP, i32(data, payloadAt));
    return true;
  }

  /** OpenVPN may run on port 4500, too, and its opcodes are first bytes that an SPI can have. */
  #mayBeOpenvpn(data: Buffer, udpAt: number): boolean {
    const first = data[udpAt + UDP_HEADER_LENGTH] as number;
    const opcode = first >> 3;
    if (opcode === 0 || opcode > P_CONTROL_WKC_V1) return false;
    return this.#openvpn.size > 0 || ((first & 7) === 0 && isHardReset(opcode));
  }

  #findIpv6(data: Buffer, at: number, spi: number): TrackedSa {
    const words = this.#words;
    for (let i = 0; i < 8; i++) words[i] = i32(data, at + 8 + 4 * i);
    return this.#tracker.findIpv6(PROTOCOL_ESP, words, spi);
  }

  #take(packet: PacketView, sa: TrackedSa, espAt: number, length: number, carried: number, ports: number): void {
    const sequence = i32(packet.data, espAt + 4) >>> 0;
    this.#tracker.count(sa, packet.frame, packet.sec, packet.nsec, sequence, length, carried, ports);
    this.#sink?.esp(packet, sa, sequence, length);
  }
}

/** Whether the UDP datagram at `at` is ESP of RFC 3948 on the port made for it, whole and with a header to read. */
function holdsEsp(data: Buffer, at: number, end: number, length: number): boolean {
  const espAt = at + UDP_HEADER_LENGTH;
  if (length <= UDP_HEADER_LENGTH + ESP_HEADER_LENGTH || espAt + ESP_HEADER_LENGTH >= end || u16(data, at + 4) !== length) return false;
  if (u16(data, at) !== NATT_PORT && u16(data, at + 2) !== NATT_PORT) return false;
  // Zero is the marker that tells IKE from ESP (RFC 3948 §2.2).
  return i32(data, espAt) !== 0 && !mayBeIke(data, espAt, end, length - UDP_HEADER_LENGTH);
}

/** IKE that came without its marker: a version and the message's own length where IKE has them (RFC 7296 §3.1). */
function mayBeIke(data: Buffer, at: number, end: number, length: number): boolean {
  if (at + IKE_HEADER_LENGTH > end) return false;
  const version = data[at + IKE_VERSION_AT];
  return (version === 0x10 || version === 0x20) && i32(data, at + IKE_LENGTH_AT) === length;
}

/** The address families are those of `decodeNull`, in either byte order. */
function nullEtherType(data: Buffer, at: number): number {
  const network = i32(data, at);
  const family = network > 0xffff || network < 0 ? swap32(network) : network;
  if (family === 2) return ETHERTYPE_IPV4;
  return family === 10 || family === 24 || family === 28 || family === 30 ? ETHERTYPE_IPV6 : 0;
}

function swap32(value: number): number {
  return ((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);
}

function u16(data: Buffer, at: number): number {
  return ((data[at] as number) << 8) | (data[at + 1] as number);
}

function i32(data: Buffer, at: number): number {
  return ((data[at] as number) << 24) | ((data[at + 1] as number) << 16) | ((data[at + 2] as number) << 8) | (data[at + 3] as number);
}
