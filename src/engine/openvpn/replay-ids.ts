import type { ReplayId } from '../../wire/openvpn/envelope.js';
import { ReplayWindow } from '../shared/replay-window.js';

/** Replay protection of wrapped control packets for one session: what we number, and what came already (`packet_id.c`). */
export class ReplayIds {
  #sent: number;
  #time: number | undefined;
  #theirTime = 0;
  #window = new ReplayWindow();

  /** @param sent how many we have sent before */
  constructor(sent = 0) {
    this.#sent = sent;
  }

  /** The next number of ours. The time is that of the first. @param date milliseconds since 1970 */
  next(date: number): ReplayId {
    this.#time ??= Math.floor(date / 1000);
    this.#sent = (this.#sent + 1) >>> 0;
    return { packetId: this.#sent, time: this.#time };
  }

  /** False for a packet that came before, or from before its sender began to count anew. Believes that it is authentic. */
  accept({ packetId, time }: ReplayId): boolean {
    if (time < this.#theirTime) return false;
    if (time > this.#theirTime) {
      this.#theirTime = time;
      this.#window = new ReplayWindow();
    }
    if (this.#window.judge(0, packetId) !== 'fresh') return false;
    this.#window.advance(0, packetId);
    return true;
  }
}
