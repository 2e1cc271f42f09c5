import { hexNumber, toHex } from '../bytes/hex.js';
import type { EspUnit, FragmentLayer, Layer, Packet } from '../dissect/packet.js';
import type { Timestamp } from '../model/packet.js';
import type { EspHeader } from '../wire/esp.js';
import { ESP_HEADER_LENGTH } from '../wire/esp.js';
import type { Ipv4Header } from '../wire/ip/ipv4.js';
import { IPV6_HEADER_LENGTH, type Ipv6Header } from '../wire/ip/ipv6.js';
import { PROTOCOL_AH, PROTOCOL_DESTINATION_OPTIONS, PROTOCOL_ESP, PROTOCOL_HOP_BY_HOP, PROTOCOL_IPCOMP } from '../wire/ip/protocols.js';
import { UDP_HEADER_LENGTH } from '../wire/udp.js';
import { clockTime } from './esp-line.js';

/** Bytes of the link headers that may stand in front of the outermost IP header. */
const LINK_LENGTHS: Readonly<Partial<Record<Layer['kind'], number>>> = {
  ethernet: 14,
  vlan: 4,
  'linux-sll': 16,
  'linux-sll2': 20,
  null: 4,
};

/** What tcpdump prints for what it could not read to the end, by the first word of `Malformed.field`. */
const CUT: Readonly<Record<string, string>> = { ESP: 'esp', AH: 'ah', IPComp: 'ipcomp', SPI: 'esp', UDP: 'udp', NAT: 'isakmp_rfc3948' };

/** `HH:MM:SS.uuuuuu` in the local zone. */
export function tcpdumpTime({ sec, nsec }: Timestamp): string {
  return `${clockTime(sec)}.${String(Math.floor(nsec / 1000)).padStart(6, '0')}`;
}

/**
 * The line of a packet that carries ESP, AH, IPComp or a NAT keepalive, as `tcpdump -nn` prints it; undefined for other
 * packets. Goes by the outermost of them. Not tcpdump's: ESP in TCP (RFC 9329), which it does not know, and what
 * it prints of an AH header that is cut.
 */
export function tcpdumpLine(packet: Packet): string | undefined {
  const { layers } = packet;
  let text = `${tcpdumpTime(packet)} `;
  let linkLength = 0;
  let ipSeen = false;
  for (const [i, layer] of layers.entries()) {
    switch (layer.kind) {
      case 'ipv4':
      case 'ipv6':
        text += addresses(layer, layers[i + 1], ipSeen ? undefined : packet.originalLength - linkLength);
        ipSeen = true;
        break;
      case 'ipv6-extension':
        text += layer.protocol === PROTOCOL_HOP_BY_HOP ? 'HBH ' : layer.protocol === PROTOCOL_DESTINATION_OPTIONS ? 'DSTOPT ' : '';
        break;
      case 'fragment': {
        const line = fragment(layer, layers[i - 1], packet);
        return line === undefined ? undefined : text + line;
      }
      case 'udp':
      case 'tcp':
        if (carries(packet, layers[i + 1], 'esp')) text += layer.kind === 'udp' ? 'UDP-encap: ' : 'TCP-encap: ';
        break;
      case 'ah':
        text += `AH(spi=${hexNumber(layer.spi, 8)},seq=0x${layer.sequence.toString(16)},icv=0x${toHex(layer.icv)}): `;
        break;
      case 'esp':
        return text + esp(layer, firstEsp(packet));
      case 'ipcomp':
        return `${text}IPComp(cpi=${hexNumber(layer.cpi, 4)})`;
      case 'natt-keepalive':
        return `${text}isakmp-nat-keep-alive`;
      case 'gre':
        text += `GREv${layer.version}: `;
        break;
      default:
        if (!ipSeen) linkLength += LINK_LENGTHS[layer.kind] ?? 0;
    }
  }
  const cut = cutInside(packet);
  return cut === undefined || !ipSeen ? undefined : `${text} [|${cut}]`;
}

/** `IP a > b: `, with ports where UDP or TCP follows. `room`: bytes there were on the wire from this header on. */
function addresses(header: Ipv4Header | Ipv6Header, next: Layer | undefined, room: number | undefined): string {
  const ports = next?.kind === 'udp' || next?.kind === 'tcp' || next?.kind === 'fragment' ? next : undefined;
  const port = (number: number | undefined) => (number === undefined ? '' : `.${number}`);
  const family = header.kind === 'ipv4' ? 'IP' : 'IP6';
  const length = header.kind === 'ipv4' ? header.totalLength : header.payloadLength + IPV6_HEADER_LENGTH;
  const missing = room === undefined ? 0 : length - room;
  const remark = missing > 0 ? `truncated-${family.toLowerCase()} - ${missing} bytes missing! ` : '';
  return `${family} ${remark}${header.src}${port(ports?.srcPort)} > ${header.dst}${port(ports?.dstPort)}: `;
}

function esp({ spi, sequence }: EspHeader, unit: EspUnit | undefined): string {
  // tcpdump wants a byte behind the sequence number before it prints anything.
  if (unit === undefined || unit.bytes.length <= ESP_HEADER_LENGTH) return ' [|esp]';
  return espText(spi, sequence, unit.length);
}

function espText(spi: number, sequence: number, length: number): string {
  return `ESP(spi=${hexNumber(spi, 8)},seq=0x${sequence.toString(16)}), length ${length}`;
}

function firstEsp(packet: Packet): EspUnit | undefined {
  return packet.units.find((unit) => unit.kind === 'esp');
}

function fragment(layer: FragmentLayer, ip: Layer | undefined, packet: Packet): string | undefined {
  const ours = [PROTOCOL_ESP, PROTOCOL_AH, PROTOCOL_IPCOMP].includes(layer.protocol) || layer.esp !== undefined;
  if (!ours && !packet.units.some(({ kind }) => kind === 'esp')) return undefined;
  const place = ip?.kind === 'ipv4' ? '' : `frag (${layer.offset}|${layer.length}) `;
  if (layer.esp !== undefined) {
    const inUdp = layer.srcPort !== undefined;
    const length = layer.length - (inUdp ? UDP_HEADER_LENGTH : 0);
    return `${place}${inUdp ? 'UDP-encap: ' : ''}${espText(layer.esp.spi, layer.esp.sequence, length)}`;
  }
  return ip?.kind === 'ipv4' ? `ip-proto-${layer.protocol}` : place.trimEnd();
}

/** Whether what follows UDP or TCP is, or by the place of the fault should have been, ESP. */
function carries(packet: Packet, next: Layer | undefined, kind: 'esp'): boolean {
  return next?.kind === kind || (next === undefined && cutInside(packet) === kind);
}

function cutInside({ malformed }: Packet): string | undefined {
  return malformed === undefined ? undefined : CUT[malformed.field.split(' ')[0] ?? ''];
}
