import { DecodeError } from '../../bytes/errors.js';
import { ByteReader } from '../../bytes/reader.js';
import { PROTOCOL_UDP } from '../../wire/ip/protocols.js';
import { decodeUdp, UDP_HEADER_LENGTH } from '../../wire/udp.js';
import { comesBack } from './echo.js';
import { type IcmpAnswer, readIcmpAnswer } from './icmp-answer.js';
import { readInnerPacket } from './inner-packet.js';
import type { InnerMachine, InnerStep } from './machine.js';
import { type Route, udpPacket } from './messages.js';

export interface UdpProbeSettings {
  readonly route: Route;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly data: Uint8Array;
  /** Milliseconds that each try is waited for. */
  readonly timeout: number;
  readonly tries: number;
}

export interface UdpProbeResult {
  /** `refused`: port unreachable, which proves the way there and back. `error`: another ICMP error. */
  readonly outcome: 'answered' | 'refused' | 'error' | 'silent';
  /** Milliseconds from the last try. */
  readonly roundTrip?: number;
  /** What was answered. */
  readonly data?: Uint8Array;
  readonly error?: IcmpAnswer;
  readonly text: string;
}

/** One UDP datagram and what comes back: an answer, port unreachable, another ICMP error, or nothing. */
export class UdpProbe implements InnerMachine<UdpProbeResult> {
  readonly #settings: UdpProbeSettings;
  #tries = 0;
  #sentAt = 0;
  #done = false;

  constructor(settings: UdpProbeSettings) {
    this.#settings = settings;
  }

  start(now: number): InnerStep<UdpProbeResult> {
    const { route, srcPort, dstPort, data, timeout } = this.#settings;
    this.#tries++;
    this.#sentAt = now;
    return { send: [udpPacket(route, srcPort, dstPort, data)], timers: [{ id: 'udp-timeout', at: now + timeout }] };
  }

  onTimer(_id: string, now: number): InnerStep<UdpProbeResult> {
    const { tries, dstPort, route } = this.#settings;
    if (this.#done) return { send: [], timers: [] };
    if (this.#tries < tries) return this.start(now);
    const datagrams = tries === 1 ? 'a datagram' : `${tries} datagrams`;
    return this.#finish({ outcome: 'silent', text: `nothing came back for ${datagrams} to ${route.dst} port ${dstPort}` });
  }

  onPacket(bytes: Uint8Array, now: number): InnerStep<UdpProbeResult> | undefined {
    const packet = readInnerPacket(bytes);
    if (packet === undefined || this.#done) return undefined;
    const { route, srcPort, dstPort } = this.#settings;
    const roundTrip = now - this.#sentAt;
    const error = readIcmpAnswer(packet);
    if (error !== undefined) {
      const { quoted } = error;
      if (quoted.src !== route.src || quoted.dst !== route.dst || quoted.srcPort !== srcPort || quoted.dstPort !== dstPort)
        return undefined;
      const outcome = error.kind === 'port-unreachable' ? 'refused' : 'error';
      return this.#finish({ outcome, roundTrip, error, text: error.text });
    }
    if (packet.protocol !== PROTOCOL_UDP || packet.fragment !== undefined || !comesBack(packet, route)) return undefined;
    const answer = readUdp(packet.payload);
    if (answer?.srcPort !== dstPort || answer.dstPort !== srcPort) return undefined;
    const text = `${answer.data.length} bytes came back from ${route.dst} port ${dstPort} after ${roundTrip.toFixed(1)} ms`;
    return this.#finish({ outcome: 'answered', roundTrip, data: answer.data, text });
  }

  #finish(result: UdpProbeResult): InnerStep<UdpProbeResult> {
    this.#done = true;
    return { send: [], timers: [{ id: 'udp-timeout' }], result };
  }
}

/** Ports and data of a datagram; undefined when its length cannot be. */
export function readUdp(
  payload: Uint8Array,
): { readonly srcPort: number; readonly dstPort: number; readonly data: Uint8Array } | undefined {
  try {
    const reader = new ByteReader(payload);
    const { srcPort, dstPort, length } = decodeUdp(reader);
    return { srcPort, dstPort, data: reader.bytes(length - UDP_HEADER_LENGTH, 'UDP data') };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return undefined;
  }
}
