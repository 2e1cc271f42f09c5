import { expect, it } from 'vitest';
import { type PacketEnd, sameEnd } from '../../src/model/endpoint.js';

it.each<[PacketEnd, PacketEnd, boolean]>([
  [{ address: '192.0.2.1', port: 500 }, { address: '192.0.2.1', port: 500 }, true],
  [{ address: '192.0.2.1', port: 500 }, { address: '192.0.2.1', port: 4500 }, false],
  [{ address: '192.0.2.1', port: 500 }, { address: '192.0.2.2', port: 500 }, false],
  [{ address: '192.0.2.1', port: 500 }, { address: '192.0.2.1' }, false],
  [{ address: '2001:db8::1' }, { address: '2001:db8::1' }, true],
])('%o and %o: the same end: %s', (a, b, same) => expect(sameEnd(a, b)).toBe(same));
