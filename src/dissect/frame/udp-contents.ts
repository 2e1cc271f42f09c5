import { putBounded } from '../../bytes/put-bounded.js';
import { ByteReader } from '../../bytes/reader.js';
import { decodeL2tp } from '../../wire/l2tp.js';
import { OPENVPN_PORT } from '../../wire/openvpn/header.js';
import { recogniseReset } from '../../wire/openvpn/recognise.js';
import type { UdpHeader } from '../../wire/udp.js';
import { decodeUdpEncap, decodeUdpEncapDraft, IKE_PORT, NATT_PORT } from '../../wire/udp-encap.js';
import { claimsIke, looksLikeIke } from './recognise-ike.js';
import type { OpenvpnFlows } from './recognise-openvpn.js';
import type { Walk } from './walk.js';

const L2TP_PORT = 1701;
/** Flows on other ports that proved to be NAT-T; the oldest gives way. */
const MAX_NATT_FLOWS = 4096;
const MARKER = 4;

/** Says what a UDP datagram carries: IKE, ESP and keepalives by port or proof, OpenVPN by evidence, L2TP by name. */
export class UdpContents {
  readonly #openvpn: OpenvpnFlows;
  /** Directions, by `flowKey`, in which IKE came with a non-ESP marker on ports other than 4500. */
  readonly #natt = new Map<string, true>();

  constructor(openvpn: OpenvpnFlows) {
    this.#openvpn = openvpn;
  }

  /**
   * @param bytes of the payload as captured
   * @param base their offset
   * @param length of the payload on the wire
   */
  dissect(walk: Walk, udp: UdpHeader, bytes: Uint8Array, base: number, length: number): void {
    if (bytes.length === 0) return;
    const { srcPort, dstPort } = udp;
    if (this.#isOpenvpn(walk, udp, bytes, length)) return;
    if (srcPort === NATT_PORT || dstPort === NATT_PORT) this.#onNatt(walk, bytes, base, length);
    else if (srcPort === IKE_PORT || dstPort === IKE_PORT) this.#onIkePort(walk, bytes, base, length);
    else if (looksLikeIke(bytes, length)) walk.addIke(bytes, length);
    else if (this.#isNattFlow(walk, bytes, length)) this.#onNatt(walk, bytes, base, length);
    else if (srcPort === L2TP_PORT || dstPort === L2TP_PORT) walk.push(decodeL2tp(new ByteReader(bytes, base)));
  }

  #isOpenvpn(walk: Walk, udp: UdpHeader, bytes: Uint8Array, length: number): boolean {
    const { srcPort, dstPort } = udp;
    const onRegisteredPort = srcPort === OPENVPN_PORT || dstPort === OPENVPN_PORT;
    if (!this.#openvpn.concerns(bytes[0] ?? 0, onRegisteredPort)) return false;
    // Between the ports of IKE every first byte occurs: there only a reset begins an OpenVPN flow.
    if (isIkePort(srcPort, dstPort) && !this.#isOpenvpnFlow(walk) && recogniseReset(bytes) === undefined) return false;
    const evidence = this.#openvpn.recognise({ key: flowKey(walk), reverseKey: reverseFlowKey(walk), onRegisteredPort, bytes });
    if (evidence === undefined) return false;
    walk.addOpenvpn(bytes, length, evidence.text, evidence.staticKey);
    return true;
  }

  #isOpenvpnFlow(walk: Walk): boolean {
    return this.#openvpn.size > 0 && this.#openvpn.has(flowKey(walk));
  }

  #onNatt(walk: Walk, bytes: Uint8Array, base: number, length: number): void {
    walk.encapsulation = 'udp';
    // Some send IKE to 4500 and forget the marker; their peers take it for ESP and stay silent.
    if (looksLikeIke(bytes, length)) {
      walk.addIke(bytes, length);
      return;
    }
    const reader = new ByteReader(bytes, base);
    const kind = decodeUdpEncap(reader);
    if (kind === 'keepalive') walk.addKeepalive(bytes);
    else this.#addMessage(walk, kind, reader, length - (reader.offset - base));
  }

  #onIkePort(walk: Walk, bytes: Uint8Array, base: number, length: number): void {
    const reader = new ByteReader(bytes, base);
    // A message whose initiator SPI is zero is IKE with a fault to be told, not ESP.
    const kind = claimsIke(bytes, length) ? 'ike' : decodeUdpEncapDraft(reader);
    if (kind !== 'ike') walk.encapsulation = 'udp';
    if (kind === 'keepalive') walk.addKeepalive(bytes);
    else this.#addMessage(walk, kind, reader, length - (reader.offset - base));
  }

  #addMessage(walk: Walk, kind: 'ike' | 'esp', reader: ByteReader, length: number): void {
    const base = reader.offset;
    const bytes = reader.rest();
    if (kind === 'esp') walk.addEsp(bytes, base, length);
    else walk.addIke(bytes, length);
  }

  #isNattFlow(walk: Walk, bytes: Uint8Array, length: number): boolean {
    const marked = bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 0 && bytes[3] === 0;
    if (marked && looksLikeIke(bytes.subarray(MARKER), length - MARKER)) {
      for (const key of [flowKey(walk), reverseFlowKey(walk)]) putBounded(this.#natt, MAX_NATT_FLOWS, key, true);
      return true;
    }
    return this.#natt.size > 0 && this.#natt.has(flowKey(walk));
  }
}

function isIkePort(srcPort: number, dstPort: number): boolean {
  return srcPort === IKE_PORT || dstPort === IKE_PORT || srcPort === NATT_PORT || dstPort === NATT_PORT;
}

/** Names the direction of a UDP or TCP flow. */
export function flowKey(walk: Walk): string {
  return `${walk.src} ${walk.srcPort} ${walk.dst} ${walk.dstPort}`;
}

export function reverseFlowKey(walk: Walk): string {
  return `${walk.dst} ${walk.dstPort} ${walk.src} ${walk.srcPort}`;
}
