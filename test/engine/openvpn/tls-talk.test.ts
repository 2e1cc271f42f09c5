import { describe, expect, it } from 'vitest';
import { ByteWriter } from '../../../src/bytes/writer.js';
import { KeyRing } from '../../../src/engine/openvpn/key-ring.js';
import type { Negotiation } from '../../../src/engine/openvpn/negotiation.js';
import { ReplayIds } from '../../../src/engine/openvpn/replay-ids.js';
import { SessionWire } from '../../../src/engine/openvpn/session-wire.js';
import type { TlsSettings } from '../../../src/engine/openvpn/settings.js';
import { TlsTalk } from '../../../src/engine/openvpn/tls-talk.js';
import { prepareWrapping } from '../../../src/engine/openvpn/wrapping.js';
import type { TlsOutput } from '../../../src/engine/step.js';
import { P_CONTROL_HARD_RESET_CLIENT_V2, P_CONTROL_V1, P_CONTROL_WKC_V1 } from '../../../src/wire/openvpn/opcodes.js';
import { newsOf, openvpnEffects } from '../../support/openvpn-effects.js';
import { keyMethodOf } from '../../support/openvpn-fake-session.js';
import { certificate, openvpnSettings, testKey } from '../../support/openvpn-settings.js';

const path = { channel: 'openvpn', local: { address: '10.0.0.1', port: 1194 }, remote: { address: '10.0.0.2', port: 1194 } } as const;
const NO_BYTES = new Uint8Array(0);
/** TLV of early negotiation (`EARLY_NEG_FLAGS`, `RESEND_WKC`). */
const WANTS_WRAPPED_KEY = new ByteWriter(6).u16(1).u16(2).u16(1).finish();

function talk(role: 'client' | 'server' = 'client', over: Partial<TlsSettings> = {}) {
  const settings = openvpnSettings(role, over);
  const wire = new SessionWire(
    { number: 1, path, localId: 1n, wrapping: prepareWrapping(settings.wrapping, role), replay: new ReplayIds() },
    0,
  );
  const keys = new KeyRing(1, settings);
  const fx = openvpnEffects();
  const negotiation = keys.begin(0, P_CONTROL_HARD_RESET_CLIENT_V2, fx);
  return { talk: new TlsTalk(settings, wire, keys), keys, negotiation, fx };
}

/** What waits to be sent, behind our reset. */
const queued = ({ sender }: Negotiation) => {
  const all = [];
  for (let now = 0, some = sender.take(now); some.length > 0; now++, some = sender.take(now)) {
    all.push(...some);
    sender.acknowledge(
      some.map(({ packetId }) => packetId),
      now,
    );
  }
  return all.slice(1).map(({ opcode, payload }) => [opcode, payload.length]);
};

describe('records', () => {
  it('begin TLS once, and are given to it from then on', () => {
    const { talk: one, negotiation, fx } = talk();
    one.ask(negotiation, undefined, fx);
    one.ask(negotiation, Uint8Array.of(22), fx);
    const { tls = [] } = fx.result(undefined);
    expect(tls.map(({ start, records }) => [start?.role, records?.length])).toEqual([
      ['client', undefined],
      [undefined, 1],
    ]);
    expect(negotiation).toMatchObject({ tls: 'handshaking', asking: true });
  });

  it('wait until the peer is met, and go in pieces', () => {
    const { talk: one, negotiation } = talk();
    expect(one.carry(negotiation, new Uint8Array(1000))).toBeUndefined();
    expect(one.carry(negotiation, new Uint8Array(1000))).toBeUndefined();
    expect(one.meet(negotiation, NO_BYTES)).toBeUndefined();
    // Its reset comes twice: nothing goes again.
    expect(one.meet(negotiation, NO_BYTES)).toBeUndefined();
    const all = queued(negotiation);
    expect(all.map(([opcode]) => opcode)).toEqual([P_CONTROL_V1, P_CONTROL_V1]);
    expect(all.reduce((sum, [, length = 0]) => sum + length, 0)).toBe(2000);
  });

  it('of tls-crypt-v2 begin with the wrapped key where the server asks for it, with less room beside it', () => {
    const wrapped = new Uint8Array(400);
    const { talk: one, negotiation } = talk('client', { wrapping: { kind: 'tls-crypt-v2-client', key: testKey(3), wrapped } });
    one.meet(negotiation, WANTS_WRAPPED_KEY);
    one.carry(negotiation, new Uint8Array(2000));
    const [first = [], second = []] = queued(negotiation);
    expect([first[0], second[0]]).toEqual([P_CONTROL_WKC_V1, P_CONTROL_V1]);
    expect((second[1] ?? 0) - (first[1] ?? 0)).toBe(wrapped.length);
  });

  it('that nobody takes are too many in the end', () => {
    const { talk: one, negotiation } = talk();
    one.meet(negotiation, NO_BYTES);
    expect(one.carry(negotiation, new Uint8Array(2_000_000))).toMatchObject({ code: 'control-channel-full', by: 'us' });
  });
});

describe('lines', () => {
  it('go nowhere before both have said their key method 2', () => {
    const { talk: one, negotiation, fx } = talk();
    negotiation.tls = 'up';
    expect(one.sayLine('PUSH_REQUEST', fx)).toBe(false);
    expect(fx.result(undefined).tls).toEqual([]);
  });

  it('end with a zero byte, go with the key in use, and are told without secrets', () => {
    const { talk: one, keys, negotiation, fx } = talk();
    keys.current = negotiation;
    keys.next = undefined;
    Object.assign(negotiation, { tls: 'up', theirs: keyMethodOf() });
    const renewed = keys.begin(1, P_CONTROL_HARD_RESET_CLIENT_V2, fx);
    Object.assign(renewed, { tls: 'up', theirs: keyMethodOf() });
    expect(one.sayLine('PUSH_REPLY,auth-token SESS_ID_AT_x', fx)).toBe(true);
    const { tls = [] } = fx.result(undefined);
    expect(tls).toMatchObject([{ conversation: negotiation.conversation, plain: Buffer.from('PUSH_REPLY,auth-token SESS_ID_AT_x\0') }]);
    expect(newsOf(fx)).toMatchObject([{ kind: 'control-message', direction: 'sent' }]);
    expect(JSON.stringify(newsOf(fx))).not.toContain('SESS_ID_AT_x');
  });
});

describe('TLS that is through', () => {
  const done = (...names: readonly string[]): TlsOutput => ({
    conversation: 'x',
    records: NO_BYTES,
    state: 'done',
    version: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    exported: [Uint8Array.of(1)],
    peerCertificates: names.map(certificate),
  });

  it.each<['client' | 'server', string[], string | undefined]>([
    ['client', ['gw.pem'], undefined],
    ['client', ['client.pem'], 'certificate-extended-key-usage'],
    ['server', ['client.pem'], undefined],
    ['server', [], 'certificate-missing'],
  ])('%s, shown %j', (role, shown, code) => {
    const { talk: one, negotiation, fx } = talk(role);
    expect(one.finish(negotiation, done(...shown), fx)?.code).toBe(code);
    expect(newsOf(fx)).toMatchObject([
      { kind: 'tls-up', keyId: 0, version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
      { kind: 'peer-certificate', verdict: code === undefined ? 'valid' : 'invalid' },
    ]);
    expect(negotiation).toMatchObject({ tls: 'up', exported: [Uint8Array.of(1)] });
  });
});
