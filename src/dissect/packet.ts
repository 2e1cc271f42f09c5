import type { PacketEnd } from '../model/endpoint.js';
import type { Encapsulation, Malformed, Timestamp } from '../model/packet.js';
import type { AhHeader } from '../wire/ah.js';
import type { EspHeader } from '../wire/esp.js';
import type { GeneveHeader } from '../wire/geneve.js';
import type { GreHeader } from '../wire/gre.js';
import type { GtpHeader } from '../wire/gtp.js';
import type { IcmpHeader } from '../wire/icmp.js';
import type { QuotedPacket } from '../wire/icmp-quote.js';
import type { ExtensionHeader } from '../wire/ip/extension-headers.js';
import type { Ipv4Header } from '../wire/ip/ipv4.js';
import type { Ipv6Header } from '../wire/ip/ipv6.js';
import type { IpcompHeader } from '../wire/ipcomp.js';
import type { L2tpHeader } from '../wire/l2tp.js';
import type { LinkHeader } from '../wire/link/link-types.js';
import type { LlcHeader } from '../wire/link/llc.js';
import type { MplsHeader } from '../wire/link/mpls.js';
import type { VlanHeader } from '../wire/link/vlan.js';
import type { OpenvpnHeader } from '../wire/openvpn/header.js';
import type { TcpHeader } from '../wire/tcp.js';
import type { UdpHeader } from '../wire/udp.js';
import type { VxlanHeader } from '../wire/vxlan.js';

/** One IP fragment. The datagram's own layers and units come with the frame that completes it. */
export interface FragmentLayer {
  readonly kind: 'fragment';
  readonly identification: number;
  /** Protocol of the whole datagram. */
  readonly protocol: number;
  /** Where this fragment's payload belongs, bytes. */
  readonly offset: number;
  readonly moreFragments: boolean;
  /** Payload bytes of this fragment as its header tells. */
  readonly length: number;
  /** SPI and sequence number when the first fragment of ESP, also in UDP 4500: tcpdump prints its line then. No unit stands for it yet. */
  readonly esp?: EspHeader;
  /** Ports when the first fragment of UDP or TCP. */
  readonly srcPort?: number;
  readonly dstPort?: number;
  /** This frame made the datagram whole: how many fragments it took, and the frame of the first that came. */
  readonly completes?: { readonly fragments: number; readonly firstFrame: number };
  /** Bytes that had come before, and whether they differed. */
  readonly overlap?: 'same' | 'different';
}

/** An IKE message stands here; its bytes are in the unit of the same place. */
export interface IkeLayer {
  readonly kind: 'ike';
  readonly encapsulation: Encapsulation;
  readonly length: number;
}

/** NAT keepalive, RFC 3948 §2.3. */
export interface KeepaliveLayer {
  readonly kind: 'natt-keepalive';
}

/** Bytes of a TCP stream that were not captured, or that no message could be made of. */
export interface TcpGapLayer {
  readonly kind: 'tcp-gap';
  readonly bytes: number;
}

/** Something the decoder names but does not open. */
export interface OpaqueLayer {
  readonly kind: 'opaque';
  /** `ARP`, `OSPF`, `UDP payload`, `unknown (200)`. */
  readonly name: string;
  readonly length: number;
}

/** From the outside in. */
export type Layer =
  | LinkHeader
  | VlanHeader
  | MplsHeader
  | LlcHeader
  | Ipv4Header
  | Ipv6Header
  | ExtensionHeader
  | FragmentLayer
  | UdpHeader
  | TcpHeader
  | IcmpHeader
  | GreHeader
  | L2tpHeader
  | GtpHeader
  | VxlanHeader
  | GeneveHeader
  | EspHeader
  | AhHeader
  | IpcompHeader
  | IkeLayer
  | KeepaliveLayer
  | OpenvpnHeader
  | TcpGapLayer
  | OpaqueLayer;

/** What all units have. `bytes` and `datagram` are views that hold until the next packet is read: copy what must last. */
export interface UnitBase {
  /** Endpoints in effect where the unit stands: of the innermost IP header around it, ports when UDP or TCP carries it. */
  readonly src: PacketEnd;
  readonly dst: PacketEnd;
  readonly encapsulation: Encapsulation;
  /** Bytes as the headers around it tell, which in a packet cut by the snap length is more than `bytes` holds. */
  readonly length: number;
  /** From the first byte of the unit itself: SPI of ESP, first IKE SPI, OpenVPN opcode. */
  readonly bytes: Uint8Array;
  /** How many IP fragments carried it; 1 when not fragmented. */
  readonly ipFragments: number;
  /** Frame that carried its first byte: before this frame when fragments or TCP segments were put together. */
  readonly firstFrame: number;
  /** IP headers around it: 1 outermost, 2 inside one tunnel. */
  readonly depth: number;
}

export interface EspUnit extends UnitBase {
  readonly kind: 'esp';
  readonly spi: number;
  readonly sequence: number;
}

export interface AhUnit extends UnitBase {
  readonly kind: 'ah';
  readonly spi: number;
  readonly sequence: number;
  readonly nextHeader: number;
  /** ICV with its padding. */
  readonly icv: Uint8Array;
  /** The whole IP datagram, from its header on: the ICV covers it. */
  readonly datagram: Uint8Array;
}

export interface IpcompUnit extends UnitBase {
  readonly kind: 'ipcomp';
  readonly cpi: number;
  readonly nextHeader: number;
}

/** `bytes` is the IKE message, without marker. Its decoder is `src/wire/ike`. */
export interface IkeUnit extends UnitBase {
  readonly kind: 'ike';
}

export interface KeepaliveUnit extends UnitBase {
  readonly kind: 'natt-keepalive';
}

/** `bytes` begins with the opcode, behind TCP's two bytes of length. */
export interface OpenvpnUnit extends UnitBase {
  readonly kind: 'openvpn';
  readonly opcode: number;
  readonly keyId: number;
  readonly peerId: number | undefined;
  /** Why this is taken for OpenVPN, in words. */
  readonly evidence: string;
}

/** `bytes` is the ICMP message. Only errors, whatever they quote. */
export interface IcmpErrorUnit extends UnitBase {
  readonly kind: 'icmp-error';
  readonly version: 4 | 6;
  readonly type: number;
  readonly code: number;
  /** `port unreachable`, `administratively prohibited`, `fragmentation needed`, … */
  readonly text: string;
  readonly mtu: number | undefined;
  /** The packet it quotes; undefined when too little of it is there. */
  readonly quoted: QuotedPacket | undefined;
}

/**
 * A fragment of an IP datagram that is not whole yet and carries ESP, AH or IPComp, or is the first one of UDP 500 or 4500:
 * what shows that fragments are used, and which ones never came.
 */
export interface IpFragmentUnit extends UnitBase {
  readonly kind: 'ip-fragment';
  /** Protocol of the whole datagram. */
  readonly protocol: number;
  /** Bytes. */
  readonly offset: number;
  readonly moreFragments: boolean;
}

/** What matters to VPNs in a frame, in order of appearance. */
export type Unit = IpFragmentUnit | EspUnit | AhUnit | IpcompUnit | IkeUnit | KeepaliveUnit | OpenvpnUnit | IcmpErrorUnit;

/** One captured frame, decoded as far as it goes. */
export interface Packet extends Timestamp {
  /** From 1. */
  readonly frame: number;
  readonly capturedLength: number;
  /** On the wire; more than `capturedLength` when the snap length cut it. */
  readonly originalLength: number;
  readonly layers: readonly Layer[];
  readonly units: readonly Unit[];
  /** Fragments of the datagram this frame completed; 1 otherwise. */
  readonly ipFragments: number;
  /** Where decoding stopped. What stands in `layers` and `units` was decoded before. */
  readonly malformed?: Malformed;
}
