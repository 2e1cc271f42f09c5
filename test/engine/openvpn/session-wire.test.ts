import { describe, expect, it } from 'vitest';
import { Negotiation } from '../../../src/engine/openvpn/negotiation.js';
import { ReplayIds } from '../../../src/engine/openvpn/replay-ids.js';
import { SessionWire } from '../../../src/engine/openvpn/session-wire.js';
import type { ControlWrapping } from '../../../src/engine/openvpn/settings.js';
import { prepareWrapping } from '../../../src/engine/openvpn/wrapping.js';
import { newsOf, openvpnEffects } from '../../support/openvpn-effects.js';
import { testKey } from '../../support/openvpn-settings.js';

const path = { channel: 'openvpn', local: { address: '10.0.0.1', port: 1194 }, remote: { address: '10.0.0.2', port: 1194 } } as const;
const CRYPT: ControlWrapping = { kind: 'tls-crypt', key: testKey(2) };
const P_CONTROL_V1 = 4;

function wire(role: 'client' | 'server', wrapping: ControlWrapping = CRYPT): SessionWire {
  const localId = role === 'client' ? 1n : 2n;
  return new SessionWire({ number: 1, path, localId, wrapping: prepareWrapping(wrapping, role), replay: new ReplayIds() }, 0);
}

/** What a negotiation with one message has to send. */
function sent(from: SessionWire, keyId = 0): Uint8Array {
  const negotiation = new Negotiation(keyId, 'x', true);
  negotiation.sender.queue(P_CONTROL_V1, Uint8Array.of(22, 3, 3));
  const fx = openvpnEffects();
  from.flush([negotiation], fx);
  const { send, timers } = fx.result(undefined);
  expect(timers).toMatchObject([{ id: 'ike/1/retransmit' }]);
  return send[0]?.bytes as Uint8Array;
}

describe('packets of a session', () => {
  it('arrive once, and the same again is dropped', () => {
    const bytes = sent(wire('client'));
    const server = wire('server');
    const fx = openvpnEffects();
    expect(server.open(bytes, path, fx)).toMatchObject({ opcode: P_CONTROL_V1, sessionId: 1n });
    expect(server.open(bytes, path, fx)).toBeUndefined();
    expect(newsOf(fx)).toMatchObject([{ kind: 'ignored', code: 'replay' }]);
  });

  it('wrapped with something else are dropped, and remembered as a hint', () => {
    const server = wire('server', { kind: 'tls-crypt', key: testKey(3) });
    const fx = openvpnEffects();
    expect(server.open(sent(wire('client')), path, fx)).toBeUndefined();
    expect(newsOf(fx)).toMatchObject([{ kind: 'ignored' }]);
    expect(server.hearsay).toBeDefined();
  });

  it('of renegotiations have a key of their own where both know it', () => {
    const [client, server, stranger] = [wire('client'), wire('server'), wire('server')];
    client.useDynamic(testKey(9), 'client');
    server.useDynamic(testKey(9), 'server');
    const bytes = sent(client, 1);
    expect(stranger.open(bytes, path, openvpnEffects())).toBeUndefined();
    expect(server.open(bytes, path, openvpnEffects())).toMatchObject({ keyId: 1 });
  });

  it('have less room in more wrapping, and never none', () => {
    expect(wire('client', { kind: 'none' }).room(0, false)).toBeGreaterThan(wire('client').room(0, false));
    expect(wire('client').room(0, true)).toBeGreaterThanOrEqual(64);
  });

  it('acknowledge what came, alone where there is nothing to say', () => {
    const server = wire('server');
    server.remoteId = 1n;
    const negotiation = new Negotiation(0, 'x', true);
    negotiation.receiver.take({ packetId: 1, opcode: P_CONTROL_V1, payload: Uint8Array.of(1) });
    const fx = openvpnEffects();
    server.flush([negotiation], fx);
    const { send } = fx.result(undefined);
    expect(send).toHaveLength(1);
    expect(wire('client').open(send[0]?.bytes as Uint8Array, path, openvpnEffects())).toMatchObject({ acks: [1], remoteSessionId: 1n });
  });
});
