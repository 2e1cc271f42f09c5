import type { Refusal } from '../refusal.js';
import type { Agreement } from './agreement.js';
import type { Effects } from './effects.js';
import { sayExit } from './inner-talk.js';
import type { TlsSettings } from './settings.js';

/** Milliseconds between two goodbyes. */
const AGAIN = 1000;
/** Milliseconds that a peer has to acknowledge the last word. */
const LEAVE_TIME = 2000;

/** A session, as far as it can take its leave. */
export interface Leaver {
  readonly number: number;
  readonly settings: TlsSettings;
  readonly agreed: Agreement | undefined;
  phase: 'handshake' | 'up' | 'closing' | 'ended';
  /** Whether everything that was said is acknowledged. */
  readonly keys: { readonly quiet: boolean };
  readonly talk: { sayLine(text: string, fx: Effects): boolean };
  end(by: 'us' | 'peer', why: Refusal | undefined, fx: Effects): void;
}

/** How a session ends in order: what is said to the peer, how often, and what is waited for (`explicit-exit-notify`, `cc-exit`). */
export class Farewell {
  #by: 'us' | 'peer' = 'us';
  #why: Refusal | undefined;
  /** How often we still say that we leave. */
  #goodbyes = 0;

  constructor(private readonly session: Leaver) {}

  /** Says goodbye as far as the settings want it, and ends. */
  say(fx: Effects): void {
    const { session } = this;
    const explicitExitNotify = session.agreed?.explicitExitNotify ?? 0;
    if (session.phase !== 'up' || explicitExitNotify === 0) {
      this.end(fx);
      return;
    }
    if (session.settings.role === 'server' && session.settings.pushes) session.talk.sayLine('RESTART', fx);
    else if (session.agreed?.controlExit === true) session.talk.sayLine('EXIT', fx);
    else {
      this.#goodbyes = explicitExitNotify;
      session.phase = 'closing';
      this.onTimer(fx);
      return;
    }
    this.leave('us', undefined, fx);
  }

  /** The timer `exit`. Through the data channel nobody acknowledges a goodbye, so it is said several times, a second apart. */
  onTimer(fx: Effects): void {
    if (this.#goodbyes === 0) {
      this.end(fx);
      return;
    }
    this.#goodbyes--;
    sayExit(this.session, fx);
    if (this.#goodbyes === 0) this.session.end('us', undefined, fx);
    else fx.timer(this.session.number, 'exit', AGAIN);
  }

  /** Ends as soon as the peer has acknowledged what was said last, or does not. */
  leave(by: 'us' | 'peer', why: Refusal | undefined, fx: Effects): void {
    this.session.phase = 'closing';
    this.#by = by;
    this.#why = why;
    fx.timer(this.session.number, 'handshake');
    fx.timer(this.session.number, 'exit', LEAVE_TIME);
  }

  /** After anything that came: the last word may be acknowledged. */
  settle(fx: Effects): void {
    if (this.session.phase === 'closing' && this.#goodbyes === 0 && this.session.keys.quiet) this.end(fx);
  }

  /** Ends at once, for the reason that was given, if one was. */
  end(fx: Effects): void {
    this.session.end(this.#by, this.#why, fx);
  }
}
