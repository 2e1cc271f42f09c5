import { hexNumber, toHex } from '../bytes/hex.js';
import type { EspUnit, FragmentLayer, Layer, Packet } from '../dissect/packet.js';
import type { Timestamp } from '../model/packet.js';
import { ESP_HEADER_LENGTH } from '../wire/esp.js';
import { describeIcmp, type IcmpHeader } from '../wire/icmp.js';
import { IPV4_HEADER_LENGTH, type Ipv4Header } from '../wire/ip/ipv4.js';
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
const CUT: Readonly<Record<string, string>> = { ESP: 'esp', AH: 'ah', IPComp: 'ipcomp', SPI: 'isakmp_rfc3948', NAT: 'isakmp_rfc3948' };

/** Types of ICMP and ICMPv6 (RFC 792, RFC 4443 §4). */
const ECHOES: Readonly<Record<4 | 6, Readonly<Record<number, string>>>> = {
  4: { 0: 'reply', 8: 'request' },
  6: { 128: 'request', 129: 'reply' },
};

/** `HH:MM:SS.uuuuuu` in the local zone. */
export function tcpdumpTime({ sec, nsec }: Timestamp): string {
  return `${clockTime(sec)}.${String(Math.floor(nsec / 1000)).padStart(6, '0')}`;
}

/**
 * The line of a packet that carries ESP, AH, IPComp or a NAT keepalive, as `tcpdump -nn` prints it; undefined for other
 * packets. Goes by the outermost of them. Not tcpdump's: ESP in TCP (RFC 9329), which it does not know, with a line for each;
 * an AH header that is cut; what AH protects, unless it is ESP, IPComp, ICMP echo or IP with one of these; and the interface
 * that tcpdump names for Linux cooked captures, by the numbers of the machine it runs on.
 */
export function tcpdumpLine(packet: Packet): string | undefined {
  const { layers } = packet;
  let text = `${tcpdumpTime(packet)} `;
  let linkLength = 0;
  let ipSeen = false;
  let ahSeen = false;
  // Bytes of the outermost datagram that never were on the wire, and bytes behind the header in work.
  let missing = 0;
  let left = 0;
  for (const [i, layer] of layers.entries()) {
    switch (layer.kind) {
      case 'ipv4':
      case 'ipv6': {
        const length = lengthOf(layer);
        missing = ipSeen ? 0 : Math.max(0, length - (packet.originalLength - linkLength));
        left = length - (layer.kind === 'ipv4' ? IPV4_HEADER_LENGTH + layer.options.length : IPV6_HEADER_LENGTH);
        text += addresses(layer, layers[i + 1], missing);
        ipSeen = true;
        break;
      }
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
        ahSeen = true;
        left -= layer.length;
        text += `AH(spi=${hexNumber(layer.spi, 8)},seq=0x${layer.sequence.toString(16)},icv=0x${toHex(layer.icv)}): `;
        break;
      case 'esp':
        return espLines(text, packet, missing);
      case 'ipcomp':
        return `${text}IPComp(cpi=${hexNumber(layer.cpi, 4)})`;
      case 'natt-keepalive':
        return `${text}isakmp-nat-keep-alive`;
      case 'gre':
        text += `GREv${layer.version}: `;
        break;
      case 'icmp':
        return ahSeen ? text + icmp(layer, left) : undefined;
      default:
        if (ahSeen) return `${text}${layer.kind === 'opaque' ? layer.name : layer.kind}, length ${left}`;
        if (!ipSeen) linkLength += LINK_LENGTHS[layer.kind] ?? 0;
    }
  }
  const cut = cutInside(packet);
  return cut === undefined || !ipSeen ? undefined : `${text} [|${cut}]`;
}

/** Header and payload, as the header itself tells. */
function lengthOf(header: Ipv4Header | Ipv6Header): number {
  return header.kind === 'ipv4' ? header.totalLength : header.payloadLength + IPV6_HEADER_LENGTH;
}

/** `IP a > b: `, with ports where UDP or TCP follows. */
function addresses(header: Ipv4Header | Ipv6Header, next: Layer | undefined, missing: number): string {
  const ports = next?.kind === 'udp' || next?.kind === 'tcp' || next?.kind === 'fragment' ? next : undefined;
  const port = (number: number | undefined) => (number === undefined ? '' : `.${number}`);
  const family = header.kind === 'ipv4' ? 'IP' : 'IP6';
  const remark = missing > 0 ? `truncated-${family.toLowerCase()} - ${missing} bytes missing! ` : '';
  return `${family} ${remark}${header.src}${port(ports?.srcPort)} > ${header.dst}${port(ports?.dstPort)}: `;
}

/** A line for each: in TCP there may be several in a packet. tcpdump believes what the IP header says about its length. */
function espLines(head: string, packet: Packet, missing: number): string {
  const units = packet.units.filter((unit) => unit.kind === 'esp');
  // tcpdump wants a byte behind the sequence number before it prints anything.
  const one = ({ spi, sequence, bytes, length, encapsulation }: EspUnit) =>
    head + (bytes.length > ESP_HEADER_LENGTH ? espText(spi, sequence, length + (encapsulation === 'none' ? missing : 0)) : ' [|esp]');
  return units.length === 0 ? `${head} [|esp]` : units.map(one).join('\n');
}

/** Pings are what tunnels are tested with, so they are printed as tcpdump does. */
function icmp(header: IcmpHeader, length: number): string {
  const { version, type, rest } = header;
  const name = version === 4 ? 'ICMP' : 'ICMP6,';
  const echo = ECHOES[version][type];
  if (echo === undefined) return `${name} ${describeIcmp(header)}, length ${length}`;
  return `${name} echo ${echo}, id ${rest >>> 16}, seq ${rest & 0xffff}, length ${length}`;
}

function espText(spi: number, sequence: number, length: number): string {
  return `ESP(spi=${hexNumber(spi, 8)},seq=0x${sequence.toString(16)}), length ${length}`;
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
