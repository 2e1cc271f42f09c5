import type { DataKeys } from './data-keys.js';
import type { Effects } from './effects.js';
import { Negotiation } from './negotiation.js';
import type { TlsSettings } from './settings.js';

const SECOND = 1000;
const NO_BYTES = new Uint8Array(0);

/** The keys of a session, with what made them: one in the making, one in use, one whose packets may still come. */
export class KeyRing {
  next: Negotiation | undefined;
  current: Negotiation | undefined;
  #old: Negotiation | undefined;
  #serial = 0;

  constructor(
    private readonly session: number,
    private readonly settings: TlsSettings,
  ) {}

  get all(): readonly Negotiation[] {
    return [this.next, this.current, this.#old].filter((one) => one !== undefined);
  }

  /** Everything that was said is acknowledged. */
  get quiet(): boolean {
    return [this.next, this.current].every((one) => one === undefined || (!one.asking && one.sender.idle));
  }

  /** The key id after the one in use: 1 to 7, as 0 is for the first only; undefined while another is made or none is in use. */
  get followingId(): number | undefined {
    return this.current === undefined || this.next !== undefined ? undefined : (this.current.keyId % 7) + 1;
  }

  byKeyId(keyId: number): Negotiation | undefined {
    return this.all.find((negotiation) => negotiation.keyId === keyId);
  }

  byConversation(conversation: string): Negotiation | undefined {
    return this.all.find((negotiation) => negotiation.conversation === conversation);
  }

  /** Begins to make one. @param opcode of our reset; undefined when resets went by already */
  begin(keyId: number, opcode: number | undefined, fx: Effects): Negotiation {
    this.#serial++;
    const negotiation = new Negotiation(keyId, `openvpn/${this.session}/${this.#serial}`, opcode === undefined);
    this.next = negotiation;
    if (opcode !== undefined) negotiation.sender.queue(opcode, NO_BYTES);
    fx.timer(this.session, 'handshake', this.settings.handshakeWindow * SECOND);
    return negotiation;
  }

  /** The one in the making has its keys: it takes the place of the one in use. */
  adopt(negotiation: Negotiation, keys: DataKeys, fx: Effects): void {
    const { renegotiate, transitionWindow, role } = this.settings;
    negotiation.keys = keys;
    this.dropOld(fx);
    this.#old = this.current;
    this.current = negotiation;
    if (this.next === negotiation) this.next = undefined;
    fx.timer(this.session, 'handshake');
    if (this.#old !== undefined) fx.timer(this.session, 'transition', transitionWindow * SECOND);
    if (renegotiate > 0) fx.timer(this.session, 'renegotiate', renegotiate * SECOND);
    fx.happen(this.session, { kind: 'keys', keys, ...(this.#old !== undefined && { replaces: this.#old.keyId }) });
    // The server had them before it said its part.
    if (role === 'client') this.#activate(negotiation, fx);
  }

  /** A server's keys are in use as soon as the client has acknowledged what makes them. */
  settle(fx: Effects): void {
    const { current } = this;
    if (current !== undefined && !current.active && !current.asking && current.sender.idle) this.#activate(current, fx);
  }

  #activate(negotiation: Negotiation, fx: Effects): void {
    negotiation.active = true;
    fx.happen(this.session, { kind: 'keys-active', keyId: negotiation.keyId });
  }

  /** Nothing came of the one in the making. */
  dropNext(fx: Effects): void {
    this.#retire(this.next, fx);
    this.next = undefined;
    fx.timer(this.session, 'handshake');
    if (this.settings.renegotiate > 0) fx.timer(this.session, 'renegotiate', this.settings.handshakeWindow * SECOND);
  }

  dropOld(fx: Effects): void {
    this.#retire(this.#old, fx);
    this.#old = undefined;
  }

  dropAll(fx: Effects): void {
    for (const negotiation of this.all) this.#retire(negotiation, fx);
    this.next = this.current = this.#old = undefined;
  }

  #retire(negotiation: Negotiation | undefined, fx: Effects): void {
    if (negotiation === undefined) return;
    if (negotiation.tls !== 'none') fx.converse({ conversation: negotiation.conversation, close: true });
    if (negotiation.keys !== undefined) fx.happen(this.session, { kind: 'keys-gone', keyId: negotiation.keyId });
  }
}
