import { ReplayWindow, replayText } from '../../shared/replay-window.js';
import { type DataDrop, dataDrop } from './drop.js';

/** How the transport keeps packets: `unordered` UDP, with a window for those that come late; `ordered` TCP, where each follows the last. */
export type PacketOrder = 'unordered' | 'ordered';

const TWO_32 = 2 ** 32;

/**
 * Replay protection of one key (`packet_id.c`, `packet_id_test`). Long packet ids begin anew with a later time of the sender: whoever
 * was started again counts from 1.
 */
export class PacketIdCheck {
  #window: ReplayWindow;
  #last = 0;
  #time = 0;

  /** @param size of the window in packets, see `ReplayWindow` */
  constructor(
    readonly order: PacketOrder,
    readonly size?: number,
  ) {
    this.#window = new ReplayWindow(size);
  }

  /** Takes the id of an authentic packet in; what is not fresh gives the reason. @param id below 2^48, of epochs @param time 0 with short packet ids */
  take(id: number, time: number): DataDrop | undefined {
    if (time < this.#time) {
      return dataDrop(
        'outside-window',
        `its sender began to count at ${dateText(time)}, before the ${dateText(this.#time)} of the last one`,
      );
    }
    if (time > this.#time) {
      this.#time = time;
      this.#window = new ReplayWindow(this.size);
      this.#last = 0;
    }
    return this.order === 'ordered' ? this.#follow(id) : this.#judge(id);
  }

  #follow(id: number): DataDrop | undefined {
    // The first one may be any but 0: who comes back over a new connection goes on counting.
    if (id === 0 || (this.#last !== 0 && id !== this.#last + 1)) {
      return dataDrop(id <= this.#last ? 'replayed' : 'out-of-order', `packet id ${id} follows ${this.#last} over TCP`);
    }
    this.#last = id;
    return undefined;
  }

  #judge(id: number): DataDrop | undefined {
    const high = Math.floor(id / TWO_32);
    const low = id >>> 0;
    const verdict = this.#window.judge(high, low);
    if (verdict !== 'fresh') return dataDrop(verdict, replayText(this.#window, verdict, high, low).replace('sequence number', 'packet id'));
    this.#window.advance(high, low);
    return undefined;
  }
}

/** Of a packet: any value, so none that `Date` refuses. */
function dateText(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}
