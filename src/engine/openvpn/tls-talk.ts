import { P_CONTROL_V1, P_CONTROL_WKC_V1 } from '../../wire/openvpn/opcodes.js';
import type { Refusal } from '../refusal.js';
import type { TlsOutput } from '../step.js';
import { hideSecrets } from './control-words.js';
import { asksForWrappedKey } from './early-negotiation.js';
import type { Effects } from './effects.js';
import type { KeyRing } from './key-ring.js';
import type { Negotiation } from './negotiation.js';
import { judgePeerCertificate } from './peer-certificate.js';
import { refusal } from './refusals.js';
import type { SessionWire } from './session-wire.js';
import type { TlsSettings } from './settings.js';
import { tlsStart } from './tls-start.js';

/** Between a session and TLS, for all its keys: records go in control packets, and what the ends say to each other goes in records. */
export class TlsTalk {
  readonly #isClient: boolean;
  /** Client of `tls-crypt-v2`: the server kept nothing of our reset and wants the wrapped key once more. */
  #resendWrappedKey = false;

  constructor(
    private readonly settings: TlsSettings,
    private readonly wire: SessionWire,
    private readonly keys: KeyRing,
  ) {
    this.#isClient = settings.role === 'client';
  }

  /** Gives the TLS stack what came; with its first input it begins. */
  ask(negotiation: Negotiation, records: Uint8Array | undefined, fx: Effects): void {
    const { conversation } = negotiation;
    const begins = negotiation.tls === 'none';
    if (begins) negotiation.tls = 'handshaking';
    negotiation.asking = true;
    fx.converse({ conversation, ...(begins && { start: tlsStart(this.settings) }), ...(records !== undefined && { records }) });
  }

  /** Sends application data inside TLS. */
  say(negotiation: Negotiation, plain: Uint8Array, fx: Effects): void {
    negotiation.asking = true;
    fx.converse({ conversation: negotiation.conversation, plain });
  }

  /** Sends a line to the peer with the newest key that has TLS; false without one. */
  sayLine(text: string, fx: Effects): boolean {
    const negotiation = [this.keys.current, this.keys.next].find((one) => one?.tls === 'up' && one.theirs !== undefined);
    if (negotiation === undefined) return false;
    fx.happen(this.wire.number, { kind: 'control-message', direction: 'sent', text: hideSecrets(text) });
    this.say(negotiation, Buffer.concat([Buffer.from(text, 'utf8'), Uint8Array.of(0)]), fx);
    return true;
  }

  /** The peer's reset: what TLS has said meanwhile may go. @param payload of the reset */
  meet(negotiation: Negotiation, payload: Uint8Array): Refusal | undefined {
    if (negotiation.met) return undefined;
    negotiation.met = true;
    this.#resendWrappedKey = this.#isClient && negotiation.keyId === 0 && asksForWrappedKey(payload);
    return this.carry(negotiation, negotiation.held);
  }

  /** Puts records of TLS into control packets, or keeps them until the peer is met. @returns why not */
  carry(negotiation: Negotiation, records: Uint8Array): Refusal | undefined {
    if (!negotiation.met) {
      negotiation.held = Buffer.concat([negotiation.held, records]);
      return undefined;
    }
    for (let at = 0; at < records.length; ) {
      const withKey = this.#resendWrappedKey && negotiation.keyId === 0;
      this.#resendWrappedKey = false;
      const piece = records.subarray(at, at + this.wire.room(negotiation.keyId, withKey));
      at += piece.length;
      if (!negotiation.sender.queue(withKey ? P_CONTROL_WKC_V1 : P_CONTROL_V1, piece))
        return refusal('control-channel-full', 'us', 'TLS', 'TLS has more to say than the control channel holds');
    }
    return undefined;
  }

  /** TLS is through: says with whom. @returns what is wrong with the peer's certificate */
  finish(negotiation: Negotiation, output: TlsOutput, fx: Effects): Refusal | undefined {
    negotiation.tls = 'up';
    negotiation.exported = output.exported ?? [];
    const { version = 'TLS', cipher, peerCertificates: certificates = [] } = output;
    fx.happen(this.wire.number, {
      kind: 'tls-up',
      keyId: negotiation.keyId,
      version,
      ...(cipher !== undefined && { cipher }),
      certificates,
    });
    const judged = judgePeerCertificate(certificates, this.settings.tls.peer, this.#isClient ? 'server' : 'client', fx.env.date());
    fx.happen(this.wire.number, { kind: 'peer-certificate', ...judged });
    return judged.refusal;
  }
}
