import { putBounded } from '../bytes/put-bounded.js';
import type { Endpoint } from '../model/endpoint.js';
import { encodeIpPacket } from '../wire/ip/ip-packet.js';
import { PROTOCOL_TCP } from '../wire/ip/protocols.js';
import { encodeTcp, TCP_ACK, TCP_SYN } from '../wire/tcp.js';
import type { TcpFraming } from './tcp-framing.js';
import { withChecksum } from './with-checksum.js';

/** Streams whose numbers are kept; of more than that the oldest begins anew. */
const MAX_STREAMS = 1024;
/** Bytes in a segment. */
const MAX_SEGMENT = 16_384;
const WINDOW = 0xffff;
const NOTHING = new Uint8Array(0);

interface Side {
  readonly end: Endpoint;
  next: number;
}

interface Stream {
  readonly local: Side;
  readonly remote: Side;
}

/** Writes messages down as the TCP segments that they would be, handshake and prefix included, so that readers of captures follow the stream. */
export class TcpScript {
  readonly #streams = new Map<string, Stream>();

  constructor(
    private readonly framing: TcpFraming,
    private readonly write: (packet: Uint8Array) => void,
  ) {}

  /** @param framed behind its length; undefined: it was never sent */
  message(local: Endpoint, remote: Endpoint, direction: 'in' | 'out', framed: Uint8Array | undefined): void {
    if (framed === undefined) return;
    const { local: ours, remote: theirs } = this.#stream(local, remote, direction);
    const [from, to] = direction === 'out' ? [ours, theirs] : [theirs, ours];
    this.#send(from, to, framed);
  }

  /** The initiator speaks first: it opened the connection, too. */
  #stream(local: Endpoint, remote: Endpoint, direction: 'in' | 'out'): Stream {
    const key = `${local.address} ${local.port} ${remote.address} ${remote.port}`;
    const known = this.#streams.get(key);
    if (known !== undefined) return known;
    const stream: Stream = { local: { end: local, next: 0 }, remote: { end: remote, next: 0 } };
    putBounded(this.#streams, MAX_STREAMS, key, stream);
    const [client, server] = direction === 'out' ? [stream.local, stream.remote] : [stream.remote, stream.local];
    this.#segment(client, server, TCP_SYN, NOTHING);
    client.next = 1;
    this.#segment(server, client, TCP_SYN | TCP_ACK, NOTHING);
    server.next = 1;
    this.#segment(client, server, TCP_ACK, NOTHING);
    this.#send(client, server, this.framing.prefix);
    return stream;
  }

  #send(from: Side, to: Side, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += MAX_SEGMENT) {
      const part = bytes.subarray(at, at + MAX_SEGMENT);
      this.#segment(from, to, TCP_ACK, part);
      from.next = (from.next + part.length) >>> 0;
    }
  }

  #segment(from: Side, to: Side, flags: number, data: Uint8Array): void {
    const header = {
      kind: 'tcp',
      srcPort: from.end.port,
      dstPort: to.end.port,
      sequence: from.next,
      acknowledgment: (flags & TCP_ACK) === 0 ? 0 : to.next,
      flags,
      window: WINDOW,
      urgent: 0,
      options: NOTHING,
    } as const;
    const payload = withChecksum(from.end, to.end, PROTOCOL_TCP, (writer, checksum) => {
      encodeTcp({ ...header, checksum }, writer);
      writer.bytes(data);
    });
    this.write(encodeIpPacket({ src: from.end.address, dst: to.end.address, protocol: PROTOCOL_TCP, payload }));
  }
}
