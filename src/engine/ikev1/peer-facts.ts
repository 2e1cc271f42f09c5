import type { NatMethod } from './nat-methods.js';

/** What the peer announced by its vendor ids. */
export interface PeerFacts {
  /** The best way of NAT traversal that both ends know. */
  readonly nat?: NatMethod;
  /** Dead peer detection, RFC 3706. */
  readonly dpd: boolean;
  /** It puts fragments of IKE messages together (Cisco's and Microsoft's). */
  readonly fragmentation: boolean;
}
