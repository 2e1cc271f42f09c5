import { expect, it } from 'vitest';
import { EarlyData } from '../../../src/transport/openvpn/early-data.js';

const path = { channel: 'openvpn', local: { address: '::1', port: 1 }, remote: { address: '::1', port: 2 } } as const;

it('keeps a few packets of each address until they are asked for, once', () => {
  const early = new EarlyData();
  const packet = Uint8Array.of(0x30, 1);
  early.keep('a 1', path, packet);
  packet[1] = 9;
  for (let i = 0; i < 9; i++) early.keep('b 1', path, Uint8Array.of(0x30, i));
  expect(early.hasRoom).toBe(false);
  expect(early.take('a 1').map(({ packet: kept }) => [...kept])).toEqual([[0x30, 1]]);
  expect(early.take('a 1')).toEqual([]);
  expect(early.hasRoom).toBe(true);
  expect(early.take('b 1').map(({ packet: kept }) => kept[1])).toEqual([0, 1, 2, 3, 4, 5, 6]);
});
