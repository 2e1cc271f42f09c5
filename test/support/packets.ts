import { fromHex } from '../../src/bytes/hex.js';
import { ByteWriter } from '../../src/bytes/writer.js';
import { Dissector } from '../../src/dissect/frame/dissector.js';
import type { Packet } from '../../src/dissect/packet.js';
import type { PacketView } from '../../src/pcapfile/packet-view.js';
import { encodeFragmentHeader } from '../../src/wire/ip/extension-headers.js';
import { encodeIpv4 } from '../../src/wire/ip/ipv4.js';
import { encodeIpv6 } from '../../src/wire/ip/ipv6.js';
import { encodeTcp, TCP_ACK } from '../../src/wire/tcp.js';
import { encodeUdp } from '../../src/wire/udp.js';

type Content = string | Uint8Array;

function write(content: Content, header: (writer: ByteWriter, length: number) => void): Uint8Array {
  const bytes = typeof content === 'string' ? fromHex(content) : content;
  const writer = new ByteWriter();
  header(writer, bytes.length);
  return writer.bytes(bytes).finish();
}

export interface Ipv4Options {
  readonly src?: string;
  readonly dst?: string;
  readonly id?: number;
  /** Fragment offset in bytes. */
  readonly offset?: number;
  readonly more?: boolean;
  /** When it should lie. */
  readonly totalLength?: number;
}

/** An IPv4 packet from 10.0.0.1 to 10.0.0.2, unless said otherwise, without checksum. */
export function ipv4(protocol: number, content: Content, options: Ipv4Options = {}): Uint8Array {
  return write(content, (writer, length) =>
    encodeIpv4(
      {
        kind: 'ipv4',
        tos: 0,
        totalLength: options.totalLength ?? 20 + length,
        identification: options.id ?? 0,
        dontFragment: false,
        moreFragments: options.more ?? false,
        fragmentOffset: options.offset ?? 0,
        ttl: 64,
        protocol,
        checksum: 0,
        src: options.src ?? '10.0.0.1',
        dst: options.dst ?? '10.0.0.2',
        options: new Uint8Array(0),
      },
      writer,
    ),
  );
}

/** An IPv6 packet from 2001:db8::1 to 2001:db8::2. */
export function ipv6(nextHeader: number, content: Content): Uint8Array {
  return write(content, (writer, payloadLength) =>
    encodeIpv6(
      { kind: 'ipv6', trafficClass: 0, flowLabel: 0, payloadLength, nextHeader, hopLimit: 64, src: '2001:db8::1', dst: '2001:db8::2' },
      writer,
    ),
  );
}

/** One fragment of an IPv6 packet. */
export function ipv6Fragment(nextHeader: number, content: Content, offset: number, moreFragments: boolean, identification = 1): Uint8Array {
  return ipv6(
    44,
    write(content, (writer) => encodeFragmentHeader({ nextHeader, offset, moreFragments, identification }, writer)),
  );
}

/** A UDP datagram, for `ipv4` and `ipv6` with protocol 17. */
export function udp(srcPort: number, dstPort: number, content: Content): Uint8Array {
  return write(content, (writer, length) => encodeUdp({ kind: 'udp', srcPort, dstPort, length: 8 + length, checksum: 0 }, writer));
}

/** A TCP segment, for `ipv4` and `ipv6` with protocol 6. */
export function tcp(
  srcPort: number,
  dstPort: number,
  content: Content,
  options: { readonly sequence?: number; readonly acknowledgment?: number; readonly flags?: number } = {},
): Uint8Array {
  return write(content, (writer) =>
    encodeTcp(
      {
        kind: 'tcp',
        srcPort,
        dstPort,
        sequence: options.sequence ?? 0,
        acknowledgment: options.acknowledgment ?? 0,
        flags: options.flags ?? TCP_ACK,
        window: 65535,
        checksum: 0,
        urgent: 0,
        options: new Uint8Array(0),
      },
      writer,
    ),
  );
}

/** IKE_SA_INIT of 28 bytes: a header and nothing else. */
export const IKE_HEADER = '5a64e0edca3a3614 0000000000000000 00 20 22 08 00000000 0000001c';

/** A frame as a capture reader would show it: raw IP unless said otherwise. */
export function view(frame: number, bytes: Uint8Array, options: Partial<PacketView> = {}): PacketView {
  // Not at the beginning of its buffer, as in a real reader.
  const data = Buffer.concat([Buffer.from('beginning'), bytes, Buffer.from('end')]);
  const start = 'beginning'.length;
  return {
    frame,
    sec: 1_767_225_600 + frame,
    nsec: 0,
    nanoseconds: true,
    linkType: 101,
    interfaceId: 0,
    data,
    start,
    end: start + bytes.length,
    originalLength: bytes.length,
    ...options,
  };
}

/** A small ESP packet. */
export const ESP = `d514eed9 00000007 ${'a5'.repeat(16)}`;

/** The unit it becomes, straight on IPv4. */
export const ESP_UNIT = {
  kind: 'esp',
  src: { address: '10.0.0.1' },
  dst: { address: '10.0.0.2' },
  encapsulation: 'none',
  length: 24,
  bytes: fromHex(ESP),
  ipFragments: 1,
  firstFrame: 1,
  depth: 1,
  spi: 0xd514eed9,
  sequence: 7,
};

/** An Ethernet header without its EtherType. */
export const ETHERNET = 'ff0102030405 001b213c9df8';

/** The packet of one frame in front of a fresh dissector. */
export function dissect(bytes: Content, options: Partial<PacketView> = {}): Packet {
  return new Dissector().dissect(view(1, typeof bytes === 'string' ? fromHex(bytes) : bytes, options));
}

/** The kinds of its layers, from the outside in. */
export function kinds(packet: Packet): string {
  return packet.layers.map((layer) => layer.kind).join(' ');
}
