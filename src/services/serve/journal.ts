import { type HappeningText, serveLine } from '../../report/serve-line.js';
import { createStyle, type Style } from '../../report/style.js';
import { systemClock } from '../../transport/clock.js';
import type { ProbeIo } from '../probe/io.js';
import type { ServeRunFlags } from './flags.js';
import { LineAllowance } from './line-allowance.js';

/** What a server has to say of one of its peers. */
export interface JournalEntry {
  /** Address and port; `-` where they are not known. */
  readonly peer: string;
  /** What tells its lines from those of others: the begin of an SPI, a number. */
  readonly id: string;
  /** The same for programs. */
  readonly record: { readonly spi_i: string } | { readonly session: number };
  readonly event: string;
  readonly words: HappeningText | undefined;
  /** How far it got: nobody yet authenticated may fill the disk that the output goes to, and least of all what cannot even be read. */
  readonly from: 'peer' | 'stranger' | 'noise';
}

/** What takes messages that can be read, and what anybody's datagram can make us say. */
const ALLOWED = { stranger: { perSecond: 100, burst: 500 }, noise: { perSecond: 10, burst: 50 } };

/** The lines of a server as they come, for people or, with `--json`, for programs. */
export class Journal {
  readonly #flags: Pick<ServeRunFlags, 'verbose' | 'json' | 'color'>;
  readonly #io: ProbeIo;
  readonly #style: Style;
  readonly #allowances = { stranger: new LineAllowance(ALLOWED.stranger), noise: new LineAllowance(ALLOWED.noise) };

  constructor(flags: Pick<ServeRunFlags, 'verbose' | 'json' | 'color'>, io: ProbeIo) {
    this.#flags = flags;
    this.#io = io;
    this.#style = createStyle(io, !flags.color);
  }

  write({ peer, id, record, event, words, from }: JournalEntry): void {
    if (words === undefined || (words.detail === true && this.#flags.verbose !== true) || !this.#allows(from)) return;
    const time = new Date();
    const { output } = this.#io;
    output.line(
      this.#flags.json === true
        ? JSON.stringify({ schema: 'vpndoctor/serve/1', time: time.toISOString(), peer, ...record, event, text: words.text })
        : serveLine(time, peer, id, words, this.#style),
    );
    output.flush();
  }

  /** A packet of a tunnel that went no further: with `-v`, beside the output. */
  dropped(peer: string, text: string): void {
    if (this.#flags.verbose === true && this.#allows('noise')) this.#io.warn(`${peer}: dropped: ${text}`);
  }

  #allows(from: JournalEntry['from']): boolean {
    if (from !== 'peer' && !this.#allowances[from].take(systemClock.now())) return false;
    const leftOut = this.#allowances.noise.takeLeftOut() + this.#allowances.stranger.takeLeftOut();
    if (leftOut > 0) this.#io.warn(`vpndoctor: a flood of strangers: ${leftOut} lines left out`);
    return true;
  }
}
