/** One end of a datagram or stream. */
export interface Endpoint {
  /** IPv4 or IPv6 in text, without zone and brackets. */
  readonly address: string;
  readonly port: number;
}
