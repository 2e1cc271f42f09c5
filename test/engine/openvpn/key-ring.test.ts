import { describe, expect, it } from 'vitest';
import type { DataKeys } from '../../../src/engine/openvpn/data-keys.js';
import { KeyRing } from '../../../src/engine/openvpn/key-ring.js';
import type { Negotiation } from '../../../src/engine/openvpn/negotiation.js';
import { newsOf, openvpnEffects } from '../../support/openvpn-effects.js';
import { openvpnSettings } from '../../support/openvpn-settings.js';

const RESET = 7;
const keys = (keyId: number) => ({ keyId }) as DataKeys;

function ring(role: 'client' | 'server' = 'client', renegotiate = 0) {
  const fx = openvpnEffects();
  const own = new KeyRing(1, openvpnSettings(role, { renegotiate, transitionWindow: 5 }));
  /** From the first reset to keys. */
  const make = (keyId: number): Negotiation => {
    const negotiation = own.begin(keyId, RESET, fx);
    own.adopt(negotiation, keys(keyId), fx);
    return negotiation;
  };
  return { own, fx, make };
}

describe('the keys of a session', () => {
  it('begin with a reset that waits to be acknowledged', () => {
    const { own, fx } = ring();
    const negotiation = own.begin(0, RESET, fx);
    expect(own.next).toBe(negotiation);
    expect([own.quiet, own.followingId, own.byKeyId(0), own.byConversation('openvpn/1/1')]).toEqual([
      false,
      undefined,
      negotiation,
      negotiation,
    ]);
    expect(negotiation.sender.take(0)).toMatchObject([{ opcode: RESET, packetId: 0 }]);
    expect(fx.result(undefined).timers).toEqual([{ id: 'ike/1/handshake', at: 60_000 }]);
  });

  it('follow one another: 0 once, then 1 to 7 and again 1', () => {
    const { own, make } = ring();
    make(0);
    const ids: (number | undefined)[] = [];
    for (let n = 0; n < 8; n++) {
      ids.push(own.followingId);
      make(own.followingId ?? 0);
    }
    expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7, 1]);
    // The one in use and the one before it.
    expect(own.all.map(({ keyId }) => keyId)).toEqual([1, 7]);
  });

  it('of a client are in use at once, those of a server when all is acknowledged', () => {
    const client = ring('client');
    client.make(0);
    expect(newsOf(client.fx).map(({ kind }) => kind)).toEqual(['keys', 'keys-active']);
    const server = ring('server');
    const negotiation = server.make(0);
    server.own.settle(server.fx);
    expect(newsOf(server.fx).map(({ kind }) => kind)).toEqual(['keys']);
    negotiation.sender.take(0);
    negotiation.sender.acknowledge([0], 0);
    server.own.settle(server.fx);
    server.own.settle(server.fx);
    expect(newsOf(server.fx).map(({ kind }) => kind)).toEqual(['keys', 'keys-active']);
  });

  it('that were replaced go after their time', () => {
    const { own, fx, make } = ring('client', 3600);
    make(0);
    make(1);
    expect(newsOf(fx)).toContainEqual({ kind: 'keys', keys: keys(1), replaces: 0 });
    expect(fx.result(undefined).timers).toContainEqual({ id: 'ike/1/transition', at: 5000 });
    own.dropOld(fx);
    own.dropOld(fx);
    expect(newsOf(fx).filter(({ kind }) => kind === 'keys-gone')).toEqual([{ kind: 'keys-gone', keyId: 0 }]);
    expect(own.byKeyId(0)).toBeUndefined();
  });

  it('of which nothing came leave those in use, and TLS is closed', () => {
    const { own, fx, make } = ring();
    const first = make(0);
    const second = own.begin(1, 3, fx);
    second.tls = 'handshaking';
    own.dropNext(fx);
    expect([own.current, own.next]).toEqual([first, undefined]);
    expect(fx.result(undefined).tls).toEqual([{ conversation: 'openvpn/1/2', close: true }]);
    own.dropAll(fx);
    expect(own.all).toEqual([]);
  });
});
