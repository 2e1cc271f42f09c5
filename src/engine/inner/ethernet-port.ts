import { DecodeError } from '../../bytes/errors.js';
import { putBounded } from '../../bytes/put-bounded.js';
import { ByteReader } from '../../bytes/reader.js';
import { ByteWriter } from '../../bytes/writer.js';
import { decodeIcmp } from '../../wire/icmp.js';
import { parseIpv6 } from '../../wire/ip/address.js';
import { PROTOCOL_ICMPV6 } from '../../wire/ip/protocols.js';
import { ARP_REPLY, ARP_REQUEST, decodeArp, encodeArp } from '../../wire/link/arp.js';
import { decodeEthernet, encodeEthernet } from '../../wire/link/ethernet.js';
import { ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from '../../wire/link/ethertypes.js';
import type { MacAddress } from '../../wire/link/mac.js';
import {
  decodeNeighbor,
  encodeNeighbor,
  NDP_HOP_LIMIT,
  NEIGHBOR_ADVERTISEMENT,
  NEIGHBOR_SOLICITATION,
  SOLICITED_OVERRIDE,
} from '../../wire/ndp.js';
import { type InnerPacket, readInnerPacket } from './inner-packet.js';
import { icmpPacket } from './messages.js';

export interface EthernetPortSettings {
  /** Ours. */
  readonly mac: MacAddress;
  /** IP addresses, as text, that we answer for; without, every one that is asked for. */
  readonly addresses?: ReadonlySet<string>;
  /** Who takes packets for an address: itself, unless it lies behind a router. */
  readonly nextHop?: (address: string) => string;
}

/** What came of a frame: frames in answer, or that waited for it, and the IP packet in it when it is for us. */
export interface ReceivedFrame {
  readonly frames: readonly Uint8Array[];
  readonly packet?: Uint8Array;
}

interface Neighbor {
  mac: MacAddress | undefined;
  /** Milliseconds: when the address became known, or was asked for last. */
  at: number;
  waiting: Uint8Array[];
}

const ETHERNET_HEADER = 14;
const BROADCAST: MacAddress = 0xffff_ffff_ffff;
/** Bounds: strangers on the link can make us know as many neighbours as they like. */
const MOST_NEIGHBORS = 256;
const MOST_WAITING = 8;
/** Milliseconds that an answer holds (RFC 4861 §10, REACHABLE_TIME), and between questions (RETRANS_TIMER). */
const REACHABLE = 30_000;
const ASK_AGAIN = 1000;

/**
 * The Ethernet below the machines of test traffic, where a tunnel carries frames: finds out by ARP (RFC 826) and neighbour discovery (RFC
 * 4861) who has an address, and answers for ours. Sans-I/O; `now` in milliseconds on a monotonic clock. Packets that wait for an answer
 * are sent with it; the question is repeated with the next packet. Never throws for what comes from the link.
 */
export class EthernetPort {
  readonly #settings: EthernetPortSettings;
  readonly #neighbors = new Map<string, Neighbor>();

  constructor(settings: EthernetPortSettings) {
    this.#settings = settings;
  }

  /** Frames for an IP packet: itself, a question first, or nothing while that waits; none for what is no IP packet. */
  send(packet: Uint8Array, now: number): readonly Uint8Array[] {
    const ip = readInnerPacket(packet);
    if (ip === undefined) return [];
    const hop = this.#settings.nextHop?.(ip.dst) ?? ip.dst;
    const neighbor = this.#neighbor(hop, now);
    if (neighbor.mac !== undefined && now - neighbor.at < REACHABLE) return [this.#frame(neighbor.mac, packet)];
    if (neighbor.waiting.length < MOST_WAITING) neighbor.waiting.push(packet);
    if (neighbor.mac === undefined && neighbor.waiting.length > 1 && now - neighbor.at < ASK_AGAIN) return [];
    neighbor.mac = undefined;
    neighbor.at = now;
    return [ip.version === 4 ? this.#arp(ARP_REQUEST, ip.src, 0, hop, BROADCAST) : this.#solicit(ip.src, hop)];
  }

  receive(frame: Uint8Array, now: number): ReceivedFrame {
    try {
      const reader = new ByteReader(frame);
      const { dst, src, etherType } = decodeEthernet(reader);
      if (dst !== this.#settings.mac && !isGroup(dst)) return NOTHING;
      if (etherType === ETHERTYPE_ARP) return { frames: this.#onArp(reader, now) };
      if (etherType !== ETHERTYPE_IPV4 && etherType !== ETHERTYPE_IPV6) return NOTHING;
      const packet = reader.rest();
      const ip = readInnerPacket(packet);
      if (ip === undefined || (ip.version === 4) !== (etherType === ETHERTYPE_IPV4)) return NOTHING;
      const neighbors = this.#onNeighbor(ip, src, now);
      if (neighbors !== undefined) return { frames: neighbors };
      // What is for everybody is none of test traffic's.
      return dst === this.#settings.mac ? { frames: [], packet } : NOTHING;
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return NOTHING;
    }
  }

  #onArp(reader: ByteReader, now: number): readonly Uint8Array[] {
    const { operation, sender, senderMac, target } = decodeArp(reader);
    // Whoever only wants to know whether an address is free has none yet, or asks for his own.
    if (sender === '0.0.0.0' || sender === target) return [];
    if (operation === ARP_REPLY) return this.#learn(sender, senderMac, now, false);
    if (operation !== ARP_REQUEST || !this.#isOurs(target)) return [];
    return [this.#arp(ARP_REPLY, target, senderMac, sender, senderMac), ...this.#learn(sender, senderMac, now, true)];
  }

  /** Undefined when this is no neighbour discovery. */
  #onNeighbor(ip: InnerPacket, from: MacAddress, now: number): readonly Uint8Array[] | undefined {
    if (ip.protocol !== PROTOCOL_ICMPV6 || ip.version !== 6 || ip.fragment !== undefined) return undefined;
    const reader = new ByteReader(ip.payload);
    const { type } = decodeIcmp(6, reader);
    if (type !== NEIGHBOR_SOLICITATION && type !== NEIGHBOR_ADVERTISEMENT) return undefined;
    if (ip.ttl !== NDP_HOP_LIMIT) return [];
    const { target, mac } = decodeNeighbor(type, reader);
    if (type === NEIGHBOR_ADVERTISEMENT) return this.#learn(target, mac ?? from, now, false);
    if (ip.src === '::' || !this.#isOurs(target)) return [];
    const body = new ByteWriter(24);
    encodeNeighbor(NEIGHBOR_ADVERTISEMENT, { target, mac: this.#settings.mac }, body);
    const route = { src: target, dst: ip.src, ttl: NDP_HOP_LIMIT };
    const answer = icmpPacket(route, NEIGHBOR_ADVERTISEMENT, 0, SOLICITED_OVERRIDE, body.finish());
    return [this.#frame(mac ?? from, answer), ...this.#learn(ip.src, mac ?? from, now, true)];
  }

  #arp(operation: number, sender: string, targetMac: MacAddress, target: string, dst: MacAddress): Uint8Array {
    const writer = new ByteWriter(42);
    encodeEthernet({ kind: 'ethernet', dst, src: this.#settings.mac, etherType: ETHERTYPE_ARP }, writer);
    encodeArp({ kind: 'arp', operation, senderMac: this.#settings.mac, sender, targetMac, target }, writer);
    return writer.finish();
  }

  /** To the solicited-node group of the address (RFC 4291 §2.7.1), and its group on Ethernet (RFC 2464 §7). */
  #solicit(src: string, target: string): Uint8Array {
    const [high = 0, low = 0] = parseIpv6(target)?.slice(-2) ?? [];
    const body = new ByteWriter(24);
    encodeNeighbor(NEIGHBOR_SOLICITATION, { target, mac: this.#settings.mac }, body);
    const dst = `ff02::1:ff${(high & 0xff).toString(16).padStart(2, '0')}:${low.toString(16)}`;
    const packet = icmpPacket({ src, dst, ttl: NDP_HOP_LIMIT }, NEIGHBOR_SOLICITATION, 0, 0, body.finish());
    return this.#frame(0x3333_ff00_0000 + (high & 0xff) * 0x1_0000 + low, packet);
  }

  #frame(dst: MacAddress, packet: Uint8Array): Uint8Array {
    const etherType = (packet[0] ?? 0) >> 4 === 6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4;
    const writer = new ByteWriter(ETHERNET_HEADER + packet.length);
    encodeEthernet({ kind: 'ethernet', dst, src: this.#settings.mac, etherType }, writer);
    return writer.bytes(packet).finish();
  }

  #isOurs(address: string): boolean {
    return this.#settings.addresses?.has(address) ?? true;
  }

  /** Frames that waited for it. `anew`: also an address that nobody here asked for, of one who asked for us. */
  #learn(address: string, mac: MacAddress, now: number, anew: boolean): readonly Uint8Array[] {
    if (!anew && !this.#neighbors.has(address)) return [];
    const neighbor = this.#neighbor(address, now);
    neighbor.mac = mac;
    neighbor.at = now;
    const frames = neighbor.waiting.map((packet) => this.#frame(mac, packet));
    neighbor.waiting = [];
    return frames;
  }

  #neighbor(address: string, now: number): Neighbor {
    let neighbor = this.#neighbors.get(address);
    if (neighbor === undefined) {
      neighbor = { mac: undefined, at: now, waiting: [] };
      putBounded(this.#neighbors, MOST_NEIGHBORS, address, neighbor);
    }
    return neighbor;
  }
}

const NOTHING: ReceivedFrame = { frames: [] };

/** Broadcast and multicast have the lowest bit of the first byte set. */
function isGroup(mac: MacAddress): boolean {
  return (Math.floor(mac / 2 ** 40) & 1) === 1;
}
