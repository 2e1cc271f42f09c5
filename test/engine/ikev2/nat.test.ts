import { describe, expect, it } from 'vitest';
import { selectorsText } from '../../../src/engine/ike/selectors.js';
import type { ChildSettings, IkeSettings } from '../../../src/engine/ike/settings.js';
import type { Message } from '../../../src/engine/step.js';
import { IkePair } from '../../support/ike-pair.js';
import { initiatorSettings, responderSettings, selector } from '../../support/ike-settings.js';

/** The initiator is behind a NAT that gives it another address and port; `shift` maps it anew. */
function behindNat(i: Partial<IkeSettings> = {}, r: Partial<IkeSettings> = {}) {
  const nat = { port: 20_000 };
  const network = (message: Message, from: 'i' | 'r') => {
    const { channel, local, remote } = message.path;
    const outside = { address: '203.0.113.77', port: nat.port + (channel === 'natt' ? 1 : 0) };
    const inside = { address: '192.0.2.1', port: channel === 'natt' ? 4500 : 500 };
    if (from === 'i') return [{ message: { ...message, path: { channel, local: outside, remote } }, delay: 1 }];
    if (remote.address !== outside.address || remote.port !== outside.port) return [];
    return [{ message: { ...message, path: { channel, local, remote: inside } }, delay: 1 }];
  };
  const pair = new IkePair({ initiator: initiatorSettings(i), responder: responderSettings(r), network });
  return { pair, nat };
}

describe('an initiator behind a NAT', () => {
  it('goes to UDP 4500, and ESP goes in UDP', () => {
    const { pair } = behindNat();
    pair.up();
    expect(pair.last('i', 'nat')).toMatchObject({ usBehindNat: true, peerBehindNat: false });
    expect(pair.last('r', 'nat')).toMatchObject({ usBehindNat: false, peerBehindNat: true });
    expect(pair.last('i', 'child-up')).toMatchObject({ path: { channel: 'natt' }, child: { encapsulation: 'udp' } });
    expect(pair.last('r', 'child-up')?.path.remote).toEqual({ address: '203.0.113.77', port: 20_001 });
  });

  it('sends raw ESP where that is wanted nevertheless', () => {
    const { pair } = behindNat({ encapsulation: 'never' });
    pair.up();
    expect(pair.last('i', 'child-up')?.child.encapsulation).toBe('none');
  });

  it('is followed when the NAT maps it anew', () => {
    const { pair, nat } = behindNat();
    pair.up();
    nat.port = 30_000;
    pair.command('i', { kind: 'liveness' });
    pair.run(5000);
    expect(pair.last('i', 'liveness')?.alive).toBe(true);
    expect(pair.last('r', 'path-changed')?.path.remote.port).toBe(30_001);
    pair.command('r', { kind: 'liveness' });
    pair.run(5000);
    expect(pair.last('r', 'liveness')?.alive).toBe(true);
  });

  it('has transport mode with the address that the peer sees (RFC 7296 §2.23.1)', () => {
    const child = (local: string, remote: string): ChildSettings => ({
      ...(initiatorSettings().child as ChildSettings),
      mode: 'transport',
      localSelectors: [selector(local)],
      remoteSelectors: [selector(remote)],
    });
    const { pair } = behindNat({ child: child('192.0.2.1/32', '198.51.100.2/32') }, { child: child('198.51.100.2/32', '203.0.113.77/32') });
    pair.up();
    expect(selectorsText(pair.last('r', 'child-up')?.child.remoteSelectors ?? [])).toBe('203.0.113.77/32');
    expect(selectorsText(pair.last('i', 'child-up')?.child.localSelectors ?? [])).toBe('192.0.2.1/32');
  });

  it('moves with MOBIKE behind another NAT', () => {
    const { pair, nat } = behindNat({ mobike: true }, { mobike: true });
    pair.up();
    nat.port = 40_000;
    const path = pair.last('i', 'child-up')?.path;
    if (path === undefined) throw new TypeError('no CHILD_SA');
    pair.command('i', { kind: 'update-addresses', path });
    pair.run(5000);
    expect(pair.last('r', 'path-changed')?.path.remote.port).toBe(40_001);
    expect(pair.last('i', 'path-changed')?.encapsulation).toBe('udp');
  });
});

it('a peer that rekeys without end and deletes nothing makes us keep two', () => {
  const pair = new IkePair({
    initiator: initiatorSettings(),
    responder: responderSettings(),
    // Its deletions are lost.
    network: (message, from) => (from === 'i' && message.bytes[18] === 37 ? [] : [{ message, delay: 1 }]),
  }).up();
  for (let n = 0; n < 20; n++) {
    pair.command('i', { kind: 'rekey-ike' });
    pair.run(20);
  }
  expect(pair.all('r', 'ike-rekeyed').length).toBe(20);
  expect(pair.ends.r.table.size).toBeLessThanOrEqual(2);
});
