import { UsageError } from '../bytes/errors.js';
import { linkTypeName } from '../pcapfile/linktypes.js';
import type { PacketView } from '../pcapfile/packet-view.js';
import type { CaptureSecrets } from '../pcapfile/record-parser.js';
import {
  PCAP_HEADER,
  PCAP_RECORD_HEADER,
  pcapHeader,
  pcapngInterface,
  pcapngPacket,
  pcapngSecrets,
  pcapngSection,
  putPcapPacket,
} from '../pcapfile/writer.js';

/** Writes packets of one file into a buffer, with whatever headers must come before them. */
export interface PacketEncoder {
  /** Upper bound of the bytes `put` will write. */
  roomFor(packet: PacketView): number;
  /** @returns the place behind the packet, @throws UsageError when the format cannot hold it beside those before */
  put(into: Buffer, at: number, packet: PacketView): number;
  /** For a file that never got a packet. */
  putEmpty(into: Buffer, at: number): number;
}

/** For one file; a new one for the next. `secrets`: keys to be written into it (pcapng only). */
export function packetEncoder(format: 'pcap' | 'pcapng', secrets: readonly CaptureSecrets[]): PacketEncoder {
  return format === 'pcapng' ? new PcapngEncoder(secrets) : new PcapEncoder();
}

/** Link type of a file without packets: Ethernet, as tcpdump would have written on most interfaces. */
const EMPTY_LINK_TYPE = 1;

class PcapEncoder implements PacketEncoder {
  #linkType: number | undefined;
  #nanoseconds = false;

  roomFor(packet: PacketView): number {
    return PCAP_HEADER + PCAP_RECORD_HEADER + packet.end - packet.start;
  }

  put(into: Buffer, at: number, packet: PacketView): number {
    if (this.#linkType === undefined) {
      this.#linkType = packet.linkType;
      this.#nanoseconds = packet.nanoseconds;
      at += pcapHeader(packet.linkType, this.#nanoseconds).copy(into, at);
    } else if (packet.linkType !== this.#linkType) {
      const [first, second] = [this.#linkType, packet.linkType].map(linkTypeName);
      throw new UsageError(
        `a pcap file holds one link type: packet ${packet.frame} is ${second}, those before ${first}`,
        'name the file .pcapng: that format holds both',
      );
    }
    return putPcapPacket(into, at, packet, this.#nanoseconds);
  }

  putEmpty(into: Buffer, at: number): number {
    return at + pcapHeader(EMPTY_LINK_TYPE, this.#nanoseconds).copy(into, at);
  }
}

/** Room for an interface description and the block frame around a packet. */
const PCAPNG_OVERHEAD = 256;

class PcapngEncoder implements PacketEncoder {
  /** Link type to interface number. */
  readonly #interfaces = new Map<number, number>();
  /** Section header and keys: keys must come before the packets they open. */
  readonly #preamble: Buffer;

  constructor(secrets: readonly CaptureSecrets[]) {
    const blocks = secrets.map(({ type, bytes }) => pcapngSecrets(type, bytes));
    this.#preamble = Buffer.concat([pcapngSection({ application: 'vpndoctor' }), ...blocks]);
  }

  roomFor(packet: PacketView): number {
    return this.#preamble.length + PCAPNG_OVERHEAD + packet.end - packet.start;
  }

  put(into: Buffer, at: number, packet: PacketView): number {
    if (this.#interfaces.size === 0) at = this.putEmpty(into, at);
    let id = this.#interfaces.get(packet.linkType);
    if (id === undefined) {
      id = this.#interfaces.size;
      this.#interfaces.set(packet.linkType, id);
      at += pcapngInterface(packet.linkType).copy(into, at);
    }
    return at + pcapngPacket(packet, id).copy(into, at);
  }

  putEmpty(into: Buffer, at: number): number {
    return at + this.#preamble.copy(into, at);
  }
}
