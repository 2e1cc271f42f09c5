import type { EspSink } from '../dissect/fast-path.js';
import { CARRIED_BARE, type SaLabel, type TrackedSa } from '../dissect/sa/tracked-sa.js';
import type { PacketView } from '../pcapfile/packet-view.js';
import { packText, putDecimal, putText, THREE_DIGITS } from './packed-text.js';
import type { TextOutput } from './text-output.js';

/** More than the longest line: time 15, two IPv6 addresses with ports 90, the words 60. */
const LONGEST_LINE = 256;
const DOT = 0x2e;
const NEWLINE = 0x0a;
const HEX_DIGITS = Uint8Array.from(Buffer.from('0123456789abcdef'));
/** `), length ` in words. */
const TAIL_1 = 0x292c206c;
const TAIL_2 = 0x656e6774;
const TAIL_3 = 0x6820;
const TAIL_LENGTH = 10;

/**
 * Prints the packets of the fast path as `tcpdump -nn` does, byte for byte:
 * `12:00:01.123456 IP 10.0.0.1 > 10.0.0.2: ESP(spi=0xd514eed9,seq=0x7), length 116`, time in the local zone, cut to
 * microseconds. No string is made per packet: what stands before the sequence number is kept with the SA, the time to
 * the second until it changes.
 */
export class EspLines implements EspSink {
  #second = -1;
  /** `HH:MM` and `:SS` of `#second` as words. */
  #time1 = 0;
  #time2 = 0;

  constructor(private readonly output: TextOutput) {}

  esp(packet: PacketView, sa: TrackedSa, sequence: number, length: number): void {
    const { output } = this;
    output.reserve(LONGEST_LINE);
    const { view, bytes } = output;
    let at = output.at;
    if (packet.sec !== this.#second) this.#tick(packet.sec);
    view.setUint32(at, this.#time1);
    view.setUint32(at + 4, this.#time2);
    bytes[at + 8] = DOT;
    const micros = (packet.nsec / 1000) | 0;
    const millis = (micros / 1000) | 0;
    view.setUint32(at + 9, THREE_DIGITS[millis] as number);
    view.setUint32(at + 12, THREE_DIGITS[micros - millis * 1000] as number);
    at += 15;
    sa.label ??= labelOf(sa);
    at = putText(view, at, sa.label);
    let shift = sequence === 0 ? 0 : (31 - Math.clz32(sequence)) & ~3;
    for (; shift >= 0; shift -= 4) bytes[at++] = HEX_DIGITS[(sequence >>> shift) & 15] as number;
    view.setUint32(at, TAIL_1);
    view.setUint32(at + 4, TAIL_2);
    view.setUint16(at + 8, TAIL_3);
    at = putDecimal(bytes, at + TAIL_LENGTH, length);
    bytes[at] = NEWLINE;
    output.at = at + 1;
  }

  #tick(sec: number): void {
    this.#second = sec;
    const text = Buffer.from(clockTime(sec));
    this.#time1 = text.readUInt32BE(0);
    this.#time2 = text.readUInt32BE(4);
  }
}

const TWO_DIGITS = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));

/** `HH:MM:SS` in the local zone. */
export function clockTime(sec: number): string {
  const time = new Date(sec * 1000);
  return `${TWO_DIGITS[time.getHours()]}:${TWO_DIGITS[time.getMinutes()]}:${TWO_DIGITS[time.getSeconds()]}`;
}

/** ` IP a > b: ESP(spi=0x…,seq=0x`, with ports and `UDP-encap: ` where it travels in UDP. */
function labelOf(sa: TrackedSa): SaLabel {
  const bare = sa.carried === CARRIED_BARE;
  const src = bare ? sa.src : `${sa.src}.${sa.sourcePort}`;
  const dst = bare ? sa.dst : `${sa.dst}.${sa.destinationPort}`;
  const text = ` IP${sa.isIpv6 ? '6' : ''} ${src} > ${dst}: ${bare ? '' : 'UDP-encap: '}ESP(spi=${sa.spiText},seq=0x`;
  return packText(text);
}
