import { DecodeError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import { nameOf } from '../../bytes/registry.js';
import type { PacketEnd } from '../../model/endpoint.js';
import type { PacketView } from '../../pcapfile/packet-view.js';
import { AH_FIXED_LENGTH, type AhHeader, decodeAh, decodeAhStart } from '../../wire/ah.js';
import { decodeGre } from '../../wire/gre.js';
import { decodeIcmp, isIcmpError } from '../../wire/icmp.js';
import { decodeQuotedPacket, type QuotedPacket } from '../../wire/icmp-quote.js';
import { decodeExtensionHeader, decodeFragmentHeader, type FragmentHeader, isExtensionHeader } from '../../wire/ip/extension-headers.js';
import { FragmentTable, type IncompleteDatagram, type WholeDatagram } from '../../wire/ip/fragment-table.js';
import { decodeIpv4, type Ipv4Header } from '../../wire/ip/ipv4.js';
import { decodeIpv6, type Ipv6Header } from '../../wire/ip/ipv6.js';
import {
  ipProtocols,
  PROTOCOL_AH,
  PROTOCOL_ESP,
  PROTOCOL_FRAGMENT,
  PROTOCOL_GRE,
  PROTOCOL_ICMP,
  PROTOCOL_ICMPV6,
  PROTOCOL_IPCOMP,
  PROTOCOL_IPV4,
  PROTOCOL_IPV6,
  PROTOCOL_NO_NEXT_HEADER,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
} from '../../wire/ip/protocols.js';
import { decodeIpcomp } from '../../wire/ipcomp.js';
import { decodeTcp } from '../../wire/tcp.js';
import { decodeUdp, UDP_HEADER_LENGTH } from '../../wire/udp.js';
import type { Packet } from '../packet.js';
import { addFragment, ipv4HeaderOf, ipv6HeaderOf } from './fragment.js';
import { type Network, walkEtherType, walkLink } from './link.js';
import { OpenvpnFlows } from './recognise-openvpn.js';
import { TcpContents } from './tcp-contents.js';
import { UdpContents } from './udp-contents.js';
import { walkUdpTunnel } from './udp-tunnel.js';
import { MAX_DEPTH, Walk, type WalkResult } from './walk.js';

/** Where an inner packet came from. */
export interface InnerContext {
  readonly frame: number;
  readonly sec: number;
  readonly nsec: number;
  /** Next header of the ESP or AH it was in: 4 and 41 for tunnel mode, otherwise the transport protocol itself. */
  readonly protocol: number;
  /** Addresses in effect in transport mode. */
  readonly src: PacketEnd;
  readonly dst: PacketEnd;
  /** `depth` of the unit that carried it. */
  readonly depth: number;
}

/**
 * Takes frames apart, from the link to what matters to VPNs. Keeps what has to be remembered from frame to frame: fragments,
 * TCP streams, flows that proved to be NAT-T or OpenVPN. All of it bounded. Never throws for what frames hold.
 */
export class Dissector {
  readonly #walk = new Walk();
  readonly #fragments = new FragmentTable();
  readonly #udp: UdpContents;
  readonly #tcp: TcpContents;
  /** The OpenVPN flows known by now. */
  readonly openvpn = new OpenvpnFlows();

  constructor() {
    this.#udp = new UdpContents(this.openvpn);
    this.#tcp = new TcpContents(this.openvpn);
  }

  /** What a frame holds. Views in the result hold as long as the frame's own bytes. */
  dissect(view: PacketView): Packet {
    const captured = view.end - view.start;
    const bytes = new Uint8Array(view.data.buffer, view.data.byteOffset + view.start, captured);
    const walk = this.#walk;
    walk.begin(view, bytes);
    const result = this.#run(() => {
      const reader = new ByteReader(bytes);
      this.#network(walkLink(walk, view.linkType, reader, view.originalLength), reader);
    });
    return {
      frame: view.frame,
      sec: view.sec,
      nsec: view.nsec,
      capturedLength: captured,
      originalLength: view.originalLength,
      ipFragments: walk.ipFragments,
      ...result,
    };
  }

  /** What a packet that was inside ESP holds, after decryption. Tunnels within tunnels end at a depth of 8. */
  dissectIp(bytes: Uint8Array, context: InnerContext): WalkResult {
    const walk = this.#walk;
    walk.begin({ frame: context.frame, sec: context.sec, nsec: context.nsec, originalLength: bytes.length }, bytes);
    walk.depth = context.depth;
    walk.ipVersion = context.src.address.includes(':') ? 6 : 4;
    walk.src = context.src.address;
    walk.dst = context.dst.address;
    return this.#run(() => this.#protocol(context.protocol, new ByteReader(bytes), bytes.length));
  }

  /** Datagrams that never became whole, as far as frames came: for after the last one. */
  incompleteDatagrams(): readonly IncompleteDatagram[] {
    return this.#fragments.incomplete();
  }

  #run(step: () => void): WalkResult {
    try {
      step();
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#walk.fail(error);
    }
    return this.#walk.result();
  }

  #network(network: Network | undefined, reader: ByteReader): void {
    if (network === undefined) return;
    if (network.version === 4) this.#ipv4(reader, network.length);
    else this.#ipv6(reader, network.length);
  }

  #ipv4(reader: ByteReader, length: number): void {
    const start = reader.offset;
    const ip = decodeIpv4(reader);
    const headerLength = reader.offset - start;
    // 0: the interface segments in hardware, and the length is that of the frame.
    const total = ip.totalLength === 0 ? length : ip.totalLength;
    if (total < headerLength) throw reader.fail('IPv4 total length', `${total} bytes, less than the header's ${headerLength}`);
    const whole = this.#fitting('IPv4 total length', start, total, length);
    this.#enterIp(ip, start, whole);
    const payload = bounded(reader, whole - headerLength);
    if (ip.moreFragments || ip.fragmentOffset > 0) this.#ipv4Fragment(ip, payload, whole - headerLength);
    else this.#protocol(ip.protocol, payload, whole - headerLength);
  }

  #ipv6(reader: ByteReader, length: number): void {
    const start = reader.offset;
    const ip = decodeIpv6(reader);
    const headerLength = reader.offset - start;
    // 0 as in IPv4, or a jumbogram.
    const total = ip.payloadLength === 0 && ip.nextHeader !== PROTOCOL_NO_NEXT_HEADER ? length : ip.payloadLength + headerLength;
    const whole = this.#fitting('IPv6 payload length', start, total, length);
    this.#enterIp(ip, start, whole);
    const payload = bounded(reader, whole - headerLength);
    let left = whole - headerLength;
    let protocol = ip.nextHeader;
    for (;;) {
      const before = payload.offset;
      if (isExtensionHeader(protocol)) {
        const extension = decodeExtensionHeader(protocol, payload);
        this.#walk.push(extension);
        protocol = extension.nextHeader;
        left -= payload.offset - before;
      } else if (protocol === PROTOCOL_FRAGMENT) {
        const fragment = decodeFragmentHeader(payload);
        left -= payload.offset - before;
        protocol = fragment.nextHeader;
        if (fragment.moreFragments || fragment.offset > 0) {
          this.#ipv6Fragment(ip, fragment, payload, left);
          return;
        }
      } else {
        this.#protocol(protocol, payload, left);
        return;
      }
    }
  }

  #ipv4Fragment(ip: Ipv4Header, payload: ByteReader, length: number): void {
    const { protocol, identification, fragmentOffset: offset, moreFragments } = ip;
    const whole = addFragment(this.#walk, this.#fragments, { protocol, identification, offset, moreFragments }, payload, length);
    if (whole !== undefined) this.#whole(ipv4HeaderOf(ip, whole), whole);
  }

  #ipv6Fragment(ip: Ipv6Header, fragment: FragmentHeader, payload: ByteReader, length: number): void {
    const { nextHeader: protocol, identification, offset, moreFragments } = fragment;
    const whole = addFragment(this.#walk, this.#fragments, { protocol, identification, offset, moreFragments }, payload, length);
    if (whole !== undefined) this.#whole(ipv6HeaderOf(ip, whole), whole);
  }

  /** Goes on with a datagram just put together. */
  #whole(header: Uint8Array, whole: WholeDatagram): void {
    const root = new Uint8Array(header.length + whole.bytes.length);
    root.set(header);
    root.set(whole.bytes, header.length);
    this.#walk.enterWhole(root, header.length + whole.length, whole.fragments, whole.firstFrame);
    const reader = new ByteReader(root);
    reader.skip(header.length, 'IP header');
    this.#protocol(whole.protocol, reader, whole.length);
  }

  /** @param length of the payload on the wire */
  #protocol(protocol: number, reader: ByteReader, length: number): void {
    const walk = this.#walk;
    const at = reader.offset;
    switch (protocol) {
      case PROTOCOL_ESP:
        walk.addEsp(reader.rest(), at, length);
        break;
      case PROTOCOL_UDP:
        this.#udpDatagram(reader, length);
        break;
      case PROTOCOL_TCP:
        this.#tcpSegment(reader, length);
        break;
      case PROTOCOL_AH:
        this.#ah(reader, length);
        break;
      case PROTOCOL_IPCOMP:
        walk.addIpcomp(decodeIpcomp(reader), at, length);
        break;
      case PROTOCOL_IPV4:
        this.#ipv4(reader, length);
        break;
      case PROTOCOL_IPV6:
        this.#ipv6(reader, length);
        break;
      case PROTOCOL_GRE: {
        const gre = decodeGre(reader);
        walk.push(gre);
        const left = length - (reader.offset - at);
        // PPTP acknowledges without carrying anything.
        if (left > 0) this.#network(walkEtherType(walk, gre.etherType, reader, left), reader);
        break;
      }
      case PROTOCOL_ICMP:
        this.#icmp(4, reader, length);
        break;
      case PROTOCOL_ICMPV6:
        this.#icmp(6, reader, length);
        break;
      case PROTOCOL_NO_NEXT_HEADER:
        break;
      default:
        if (walk.ipVersion === 6 && isExtensionHeader(protocol)) this.#extension(protocol, reader, length);
        else walk.push({ kind: 'opaque', name: nameOf(ipProtocols, protocol), length });
    }
  }

  /** SPI and sequence number count also when the ICV is cut or the length field is wrong. */
  #ah(reader: ByteReader, length: number): void {
    const at = reader.offset;
    const start = reader.fork();
    let ah: AhHeader;
    try {
      ah = decodeAh(reader);
    } catch (error) {
      if (error instanceof DecodeError && start.remaining >= AH_FIXED_LENGTH) this.#walk.addAh(decodeAhStart(start), at, length);
      throw error;
    }
    this.#walk.addAh(ah, at, length);
    this.#protocol(ah.nextHeader, reader, length - ah.length);
  }

  /** An IPv6 extension header behind AH or within the fragmented part. */
  #extension(protocol: number, reader: ByteReader, length: number): void {
    const before = reader.offset;
    const extension = decodeExtensionHeader(protocol, reader);
    this.#walk.push(extension);
    this.#protocol(extension.nextHeader, reader, length - (reader.offset - before));
  }

  #udpDatagram(reader: ByteReader, length: number): void {
    const at = reader.offset;
    const udp = decodeUdp(reader);
    const walk = this.#walk;
    walk.push(udp);
    walk.srcPort = udp.srcPort;
    walk.dstPort = udp.dstPort;
    // 0: a jumbogram's, or left to the interface.
    const total = udp.length === 0 ? length : udp.length;
    if (total < UDP_HEADER_LENGTH) throw reader.fail('UDP length', `${total} bytes, at least ${UDP_HEADER_LENGTH} needed`);
    const left = this.#fitting('UDP length', at, total, length) - UDP_HEADER_LENGTH;
    const payload = bounded(reader, left);
    const tunnel = walkUdpTunnel(walk, udp, payload, left);
    const base = payload.offset;
    if (tunnel === undefined) this.#udp.dissect(walk, udp, payload.rest(), base, left);
    else this.#network(tunnel.network, payload);
  }

  #tcpSegment(reader: ByteReader, length: number): void {
    const before = reader.offset;
    const tcp = decodeTcp(reader);
    const walk = this.#walk;
    walk.push(tcp);
    walk.srcPort = tcp.srcPort;
    walk.dstPort = tcp.dstPort;
    const left = length - (reader.offset - before);
    this.#tcp.dissect(walk, tcp, reader.rest(), left);
  }

  #icmp(version: 4 | 6, reader: ByteReader, length: number): void {
    const at = reader.offset;
    const icmp = decodeIcmp(version, reader);
    this.#walk.push(icmp);
    if (!isIcmpError(icmp)) return;
    let quoted: QuotedPacket | undefined;
    try {
      quoted = decodeQuotedPacket(version, reader);
    } catch (error) {
      // The error counts even when it quotes too little.
      if (!(error instanceof DecodeError)) throw error;
      this.#walk.fail(error);
    }
    this.#walk.addIcmpError(icmp, quoted, at, length);
  }

  #enterIp(ip: Ipv4Header | Ipv6Header, start: number, length: number): void {
    if (this.#walk.depth >= MAX_DEPTH) throw new DecodeError('IP header', start, 0, 0, `more than ${MAX_DEPTH} tunnels within each other`);
    this.#walk.push(ip);
    this.#walk.enterIp(ip.kind === 'ipv4' ? 4 : 6, ip.src, ip.dst, start, length);
  }

  /** What a header claims, cut to what the layer outside has room for. */
  #fitting(field: string, offset: number, claimed: number, room: number): number {
    if (claimed <= room) return claimed;
    this.#walk.note(field, offset, `${field} at offset ${offset} claims ${claimed} bytes, ${room} are there`);
    return room;
  }
}

/** The same reader, or one that ends with the payload where padding follows. */
function bounded(reader: ByteReader, length: number): ByteReader {
  return length < reader.remaining ? reader.sub(length, 'payload') : reader;
}
