import { ByteReader } from '../../bytes/reader.js';
import { OPENVPN_PORT } from '../../wire/openvpn/header.js';
import { TCP_SYN, type TcpHeader } from '../../wire/tcp.js';
import { decodeTcpEncap, TCP_ENCAP_LENGTH_SIZE, TCP_ENCAP_PREFIX } from '../../wire/tcp-encap.js';
import { NATT_PORT } from '../../wire/udp-encap.js';
import type { OpenvpnFlows } from './recognise-openvpn.js';
import { hasIkePrefix, ikeFraming, openvpnFraming, openvpnTlsFraming, startsWithOpenvpnReset } from './tcp-framing.js';
import { type Segment, type StreamFraming, type StreamMessage, TcpStream, TcpStreams } from './tcp-streams.js';
import { flowKey, reverseFlowKey } from './udp-contents.js';
import type { Walk } from './walk.js';

type Carried = 'ike' | 'openvpn';

const FRAMINGS: Readonly<Record<Carried, StreamFraming>> = { ike: ikeFraming, openvpn: openvpnFraming };
/** Of connections that began with a prefix or a reset. */
const OPENED: Readonly<Record<Carried, StreamFraming>> = { ike: ikeFraming, openvpn: openvpnTlsFraming };

/** Follows the TCP connections that carry IKE and ESP (RFC 9329) or OpenVPN, and adds the messages a segment completes. */
export class TcpContents {
  readonly #openvpn: OpenvpnFlows;
  readonly #streams = new TcpStreams<Carried>();

  constructor(openvpn: OpenvpnFlows) {
    this.#openvpn = openvpn;
  }

  /**
   * @param bytes of the payload as captured
   * @param length of the payload on the wire
   */
  dissect(walk: Walk, tcp: TcpHeader, bytes: Uint8Array, length: number): void {
    const onNattPort = tcp.srcPort === NATT_PORT || tcp.dstPort === NATT_PORT;
    // A connection begins anew. What it carries its data says: any client may happen to have port 4500.
    if ((tcp.flags & TCP_SYN) !== 0) {
      if (this.#streams.size > 0) this.#streams.close(flowKey(walk));
      return;
    }
    if (length === 0) return;
    const entry = (this.#streams.size > 0 ? this.#streams.get(flowKey(walk)) : undefined) ?? this.#join(walk, tcp, bytes, onNattPort);
    if (entry === undefined) return;
    const segment: Segment = { sequence: tcp.sequence, bytes, length, frame: walk.frame };
    const { messages, lost } = entry.stream.push(segment);
    if (lost > 0) walk.push({ kind: 'tcp-gap', bytes: lost });
    for (const message of messages) this.#add(walk, entry.protocol, message);
  }

  /** A connection that was not followed so far, if its data says that it should be. */
  #join(walk: Walk, tcp: TcpHeader, bytes: Uint8Array, onNattPort: boolean): { stream: TcpStream; protocol: Carried } | undefined {
    const prefix = hasIkePrefix(bytes);
    if (prefix !== false) return this.#open(walk, tcp, 'ike');
    if (startsWithOpenvpnReset(bytes)) return this.#open(walk, tcp, 'openvpn');
    // Joined in the middle: the framing looks for a message of its own accord.
    const protocol = onNattPort ? 'ike' : tcp.srcPort === OPENVPN_PORT || tcp.dstPort === OPENVPN_PORT ? 'openvpn' : undefined;
    if (protocol === undefined) return undefined;
    const stream = new TcpStream(FRAMINGS[protocol], tcp.sequence, false);
    this.#streams.open(flowKey(walk), stream, protocol);
    return { stream, protocol };
  }

  /** Both directions: the answer begins with a message where this segment's acknowledgment points. */
  #open(walk: Walk, tcp: TcpHeader, protocol: Carried): { stream: TcpStream; protocol: Carried } {
    const stream = new TcpStream(OPENED[protocol], tcp.sequence, true);
    this.#streams.open(flowKey(walk), stream, protocol);
    const reverse = reverseFlowKey(walk);
    if (this.#streams.get(reverse) === undefined)
      this.#streams.open(reverse, new TcpStream(OPENED[protocol], tcp.acknowledgment, true), protocol);
    return { stream, protocol };
  }

  #add(walk: Walk, protocol: Carried, message: StreamMessage): void {
    walk.firstFrame = message.firstFrame;
    if (protocol === 'ike') this.#addIke(walk, message);
    else this.#addOpenvpn(walk, message);
  }

  #addIke(walk: Walk, message: StreamMessage): void {
    if (message.length === TCP_ENCAP_PREFIX.length && hasIkePrefix(message.bytes) === true) return;
    walk.encapsulation = 'tcp';
    const reader = new ByteReader(message.bytes);
    const { kind } = decodeTcpEncap(reader);
    const length = message.length - reader.offset;
    if (kind === 'keepalive') walk.addKeepalive(message.bytes.subarray(TCP_ENCAP_LENGTH_SIZE));
    else if (kind === 'ike') walk.addIke(reader.rest(), length);
    else walk.addEsp(reader.rest(), 0, length);
  }

  #addOpenvpn(walk: Walk, message: StreamMessage): void {
    walk.encapsulation = 'tcp';
    const bytes = message.bytes.subarray(2);
    const onRegisteredPort = walk.srcPort === OPENVPN_PORT || walk.dstPort === OPENVPN_PORT;
    const evidence = this.#openvpn.recognise({
      key: `tcp ${flowKey(walk)}`,
      reverseKey: `tcp ${reverseFlowKey(walk)}`,
      onRegisteredPort,
      bytes,
    });
    if (evidence !== undefined) walk.addOpenvpn(bytes, message.length - 2, evidence.text, evidence.staticKey);
  }
}
