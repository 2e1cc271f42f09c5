import { DecodeError } from '../../bytes/errors.js';
import type { ByteReader } from '../../bytes/reader.js';
import { decodeGeneve, GENEVE_PORT } from '../../wire/geneve.js';
import { decodeGtp, GTP_G_PDU, GTP_U_PORT } from '../../wire/gtp.js';
import { ETHERTYPE_BRIDGED, ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from '../../wire/link/ethertypes.js';
import type { UdpHeader } from '../../wire/udp.js';
import { decodeVxlan, VXLAN_PORTS } from '../../wire/vxlan.js';
import { type Network, walkEtherType } from './link.js';
import type { Walk } from './walk.js';

/** Header of a tunnel and the EtherType of what is inside. */
interface Tunnel {
  readonly header: ReturnType<typeof decodeGtp | typeof decodeVxlan | typeof decodeGeneve>;
  readonly etherType: number;
}

/**
 * Opens the tunnels in UDP that networks carry other people's packets in: GTP-U, VXLAN, Geneve. Undefined, and nothing read, when
 * ports or header say that this is none of them.
 * @param length of the UDP payload on the wire
 */
export function walkUdpTunnel(
  walk: Walk,
  udp: UdpHeader,
  reader: ByteReader,
  length: number,
): { readonly network: Network | undefined } | undefined {
  const decode = decoderOf(udp);
  if (decode === undefined) return undefined;
  const ahead = reader.fork();
  let tunnel: Tunnel | undefined;
  try {
    tunnel = decode(ahead, length);
  } catch (error) {
    // Ports are not reserved: what does not fit is something else.
    if (!(error instanceof DecodeError)) throw error;
  }
  if (tunnel === undefined) return undefined;
  const header = ahead.offset - reader.offset;
  reader.skip(header, 'tunnel header');
  walk.push(tunnel.header);
  return { network: walkEtherType(walk, tunnel.etherType, reader, length - header) };
}

function decoderOf({ srcPort, dstPort }: UdpHeader): ((reader: ByteReader, length: number) => Tunnel | undefined) | undefined {
  if (dstPort === GTP_U_PORT || srcPort === GTP_U_PORT) return gtp;
  if (VXLAN_PORTS.includes(dstPort)) return vxlan;
  return dstPort === GENEVE_PORT ? geneve : undefined;
}

function gtp(reader: ByteReader, length: number): Tunnel | undefined {
  const header = decodeGtp(reader);
  const etherType = ETHERTYPES.get((reader.remaining > 0 ? reader.fork().u8('IP version') : 0) >> 4);
  if (header.messageType !== GTP_G_PDU || header.length + 8 > length || etherType === undefined) return undefined;
  return { header, etherType };
}

/** By the version of IP. */
const ETHERTYPES: ReadonlyMap<number, number> = new Map([
  [4, ETHERTYPE_IPV4],
  [6, ETHERTYPE_IPV6],
]);

const vxlan = (reader: ByteReader): Tunnel => ({ header: decodeVxlan(reader), etherType: ETHERTYPE_BRIDGED });

function geneve(reader: ByteReader): Tunnel {
  const header = decodeGeneve(reader);
  return { header, etherType: header.etherType };
}
