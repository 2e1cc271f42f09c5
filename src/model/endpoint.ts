/** One end of a datagram or stream. */
export interface Endpoint {
  /** IPv4 dotted or IPv6 in RFC 5952 form, without zone and brackets. */
  readonly address: string;
  readonly port: number;
}

/** One end of a packet, which need not have ports. */
export interface PacketEnd {
  readonly address: Endpoint['address'];
  /** UDP or TCP port; absent for bare IP protocols. */
  readonly port?: number;
}

/** Whether both are the same address and the same port, or both without one. */
export function sameEnd(a: PacketEnd, b: PacketEnd): boolean {
  return a.address === b.address && a.port === b.port;
}
