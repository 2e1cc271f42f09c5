import type { Path } from '../engine/step.js';
import type { Endpoint } from '../model/endpoint.js';

/** What came in from the wire, framing and markers taken off. */
export type Arrival =
  /** Of IKE, for the machine. */
  | { readonly kind: 'message'; readonly path: Path; readonly bytes: Uint8Array }
  /** ESP from the SPI on, whether it came raw, in UDP or in TCP. AH: the whole IP packet, whose header the ICV covers. */
  | { readonly kind: 'esp' | 'ah'; readonly path: EspPath; readonly bytes: Uint8Array }
  | { readonly kind: 'keepalive'; readonly path: Path }
  /** ICMP told the socket something (IP_RECVERR): port or host unreachable, too big. */
  | {
      readonly kind: 'error';
      readonly path: Path;
      readonly reason: 'port-unreachable' | 'host-unreachable' | 'prohibited' | 'too-big' | 'other';
      readonly mtu?: number;
      readonly from?: string;
      readonly text: string;
    };

/** How ESP and AH travel: in UDP or TCP beside IKE, or as IP protocol 50 and 51 (root). */
export interface EspPath {
  /** As in `ChildSa`. */
  readonly encapsulation: 'none' | 'udp' | 'udp-ike' | 'tcp';
  readonly local: Endpoint;
  readonly remote: Endpoint;
}

/**
 * Sockets of one probe or server behind one interface: real ones, an in-memory network, and wrappers that lose, delay, trace or
 * write a capture. Times of arrival are the receiver's business.
 */
export interface Transport {
  /** Where we can be reached: the real addresses and ports of each channel, once open. */
  readonly paths: { readonly ike?: Endpoint; readonly natt?: Endpoint; readonly tcp?: Endpoint };
  sendMessage(path: Path, bytes: Uint8Array): void;
  /** `bytes`: ESP from the SPI on; AH the whole IP packet, from `path.local` to `path.remote`. */
  sendEsp(path: EspPath, protocol: 'esp' | 'ah', bytes: Uint8Array): void;
  /** One byte 0xff on the NAT-T path (RFC 3948 §2.3). */
  sendKeepalive(path: Path): void;
  /** One listener; arrivals before it is set are kept, up to a bound. */
  onArrival(listener: (arrival: Arrival) => void): void;
  close(): Promise<void>;
}
