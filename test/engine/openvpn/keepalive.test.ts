import { expect, it } from 'vitest';
import { keepaliveDue } from '../../../src/engine/openvpn/keepalive.js';

it.each([
  [{ ping: 10, timeout: 60 }, { sentAt: 0, receivedAt: 0 }, 5000, { ping: false, lost: false, next: 5000 }],
  [{ ping: 10, timeout: 60 }, { sentAt: 0, receivedAt: 0 }, 10_000, { ping: true, lost: false, next: 10_000 }],
  [{ ping: 10, timeout: 12 }, { sentAt: 0, receivedAt: 0 }, 10_000, { ping: true, lost: false, next: 2000 }],
  [{ ping: 10, timeout: 60 }, { sentAt: 55_000, receivedAt: 0 }, 60_000, { ping: false, lost: true, next: 1 }],
  [{ ping: 0, timeout: 60 }, { sentAt: 0, receivedAt: 30_000 }, 60_000, { ping: false, lost: false, next: 30_000 }],
  [{ ping: 0, timeout: 0 }, { sentAt: 0, receivedAt: 0 }, 1e9, { ping: false, lost: false }],
])('%o with %o at %d', (settings, traffic, now, due) => expect(keepaliveDue(settings, traffic, now)).toEqual(due));
