import type { EspSink } from '../dissect/fast-path.js';
import { CARRIED_BARE, type SaLabel, type TrackedSa } from '../dissect/sa/tracked-sa.js';
import type { PacketView } from '../pcapfile/packet-view.js';
import { isoTime } from './iso-time.js';
import { packText, putDecimal, putText, THREE_DIGITS } from './packed-text.js';
import type { TextOutput } from './text-output.js';

/** More than the longest record: two IPv6 addresses 78, numbers 50, names and time 170. */
const LONGEST_RECORD = 384;
/** Characters of an RFC 3339 time up to its fraction: `2026-01-02T03:04:05`. */
const SECONDS_LENGTH = 19;
const DOT = 0x2e;

const HEAD = packText('{"type":"packet","frame":');
const TIME = packText(',"time":"');
const LENGTH = packText(',"length":');
const END = packText('}\n');
const END_UDP = packText(',"encap":"udp"}\n');

/**
 * Prints the packets of the fast path as `packet` records of `sniff --json` (design.md §4), byte for byte what `packetRecords`
 * gives for them. No string is made per packet: what stands between time and sequence number is kept with the SA.
 */
export class EspRecords implements EspSink {
  #second = -1;
  #secondText: SaLabel = packText('');

  constructor(private readonly output: TextOutput) {}

  esp(packet: PacketView, sa: TrackedSa, sequence: number, length: number): void {
    const { output } = this;
    output.reserve(LONGEST_RECORD);
    const { view, bytes } = output;
    let at = putText(view, output.at, HEAD);
    at = putDecimal(bytes, at, packet.frame);
    at = putText(view, at, TIME);
    at = this.#putTime(view, bytes, at, packet);
    sa.label ??= labelOf(sa);
    at = putText(view, at, sa.label);
    at = putDecimal(bytes, at, sequence);
    at = putText(view, at, LENGTH);
    at = putDecimal(bytes, at, length);
    output.at = putText(view, at, sa.carried === CARRIED_BARE ? END : END_UDP);
  }

  /** As `isoTime`: microseconds, or nanoseconds where there are any. */
  #putTime(view: DataView, bytes: Uint8Array, start: number, { sec, nsec }: PacketView): number {
    if (sec !== this.#second) {
      this.#second = sec;
      this.#secondText = packText(isoTime({ sec, nsec: 0 }).slice(0, SECONDS_LENGTH));
    }
    const at = putText(view, start, this.#secondText);
    bytes[at] = DOT;
    const micros = (nsec / 1000) | 0;
    const millis = (micros / 1000) | 0;
    view.setUint32(at + 1, THREE_DIGITS[millis] as number);
    view.setUint32(at + 4, THREE_DIGITS[micros - millis * 1000] as number);
    const nanos = nsec - micros * 1000;
    if (nanos === 0) return at + 7;
    view.setUint32(at + 7, THREE_DIGITS[nanos] as number);
    return at + 10;
  }
}

/** `Z","src":"10.0.0.1", … "spi":"0x…","seq":`. */
function labelOf(sa: TrackedSa): SaLabel {
  const ports = sa.carried === CARRIED_BARE ? '' : `,"sport":${sa.sourcePort},"dport":${sa.destinationPort}`;
  return packText(`Z","src":"${sa.src}","dst":"${sa.dst}"${ports},"proto":"esp","spi":"${sa.spiText}","seq":`);
}
