import { ByteReader } from '../../src/bytes/reader.js';
import type { Agreement } from '../../src/engine/openvpn/agreement.js';
import type { Negotiation } from '../../src/engine/openvpn/negotiation.js';
import type { Session } from '../../src/engine/openvpn/session.js';
import type { TlsSettings } from '../../src/engine/openvpn/settings.js';
import type { Refusal } from '../../src/engine/refusal.js';
import { decodeKeyMethod, type KeyMethodMessage } from '../../src/wire/openvpn/key-method.js';

/** What a role made of its session, in order. */
export interface FakeSession {
  readonly session: Session;
  /** Lines that were said to the peer. */
  readonly lines: string[];
  /** Key method 2 of ours. */
  readonly said: KeyMethodMessage[];
  readonly agreements: Agreement[];
  /** By which way it came to an end, and why. */
  readonly ends: {
    readonly way: 'fail' | 'end' | 'leave';
    readonly by?: string;
    readonly code: string | undefined;
    readonly why?: Refusal;
  }[];
}

/** A session as far as its client's or server's side uses it. */
export function fakeSession(
  settings: TlsSettings,
  over: { readonly agreed?: Agreement; readonly current?: Negotiation } = {},
): FakeSession {
  const lines: string[] = [];
  const said: KeyMethodMessage[] = [];
  const agreements: Agreement[] = [];
  const ends: FakeSession['ends'] = [];
  const note = (way: 'fail' | 'end' | 'leave', by: string | undefined, why: Refusal | undefined) =>
    ends.push({ way, ...(by !== undefined && { by }), code: why?.code, ...(why !== undefined && { why }) });
  const session = {
    number: 1,
    settings,
    agreed: over.agreed,
    keys: { current: over.current },
    talk: {
      say: (_: Negotiation, plain: Uint8Array) => said.push(decodeKeyMethod(new ByteReader(plain), settings.role === 'client')),
      sayLine: (line: string) => {
        lines.push(line);
        return true;
      },
    },
    farewell: { leave: (by: string, why: Refusal | undefined) => note('leave', by, why) },
    fail: (_: Negotiation, why: Refusal) => note('fail', undefined, why),
    end: (by: string, why: Refusal | undefined) => note('end', by, why),
    flush: () => {},
    complete: (_: Negotiation, agreement: Agreement) => {
      session.agreed = agreement;
      agreements.push(agreement);
    },
  };
  return { session: session as unknown as Session, lines, said, agreements, ends };
}

/** Key method 2 as the peer would send it. */
export function keyMethodOf(over: Partial<KeyMethodMessage> = {}): KeyMethodMessage {
  const random = new Uint8Array(32);
  return {
    preMaster: undefined,
    random1: random,
    random2: random,
    options: 'V4,dev-type tun',
    username: '',
    password: '',
    peerInfo: '',
    ...over,
  };
}
