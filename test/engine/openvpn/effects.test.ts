import { expect, it } from 'vitest';
import { ArmedTimers } from '../../../src/engine/shared/armed-timers.js';
import { openvpnEffects } from '../../support/openvpn-effects.js';

it('gathers what a step brings about, with when and where', () => {
  const fx = openvpnEffects(500);
  const path = { channel: 'openvpn', local: { address: '10.0.0.1', port: 1 }, remote: { address: '10.0.0.2', port: 2 } } as const;
  fx.send(path, Uint8Array.of(1));
  fx.converse({ conversation: 'openvpn/1/1', close: true });
  fx.happen(7, { kind: 'keys-gone', keyId: 2 });
  expect(fx.result('state')).toEqual({
    state: 'state',
    send: [{ path, bytes: Uint8Array.of(1) }],
    timers: [],
    tls: [{ conversation: 'openvpn/1/1', close: true }],
    happenings: [{ session: 7, at: 500, kind: 'keys-gone', keyId: 2 }],
  });
});

it('timers are set from now on, and cancelled only where they were set', () => {
  const armed = new ArmedTimers();
  const fx = openvpnEffects(500, armed);
  fx.timer(7, 'handshake', 60);
  fx.timer(7, 'exit');
  fx.timer(8, 'exit', 1);
  fx.timer(7, 'handshake');
  expect(fx.result(undefined).timers).toEqual([
    { id: 'ike/7/handshake', at: 560 },
    { id: 'ike/8/exit', at: 501 },
    { id: 'ike/7/handshake' },
  ]);
  expect(armed.size).toBe(1);
});

it('a session that goes leaves no timer', () => {
  const armed = new ArmedTimers();
  const fx = openvpnEffects(0, armed);
  for (const name of ['handshake', 'keepalive']) fx.timer(7, name, 10);
  fx.timer(8, 'keepalive', 10);
  fx.stopTimers(7);
  expect([armed.of(7), armed.of(8)]).toEqual([[], ['keepalive']]);
  expect(fx.result(undefined).timers.filter(({ at }) => at === undefined)).toHaveLength(2);
});
