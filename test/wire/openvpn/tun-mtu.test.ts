import { expect, it } from 'vitest';
import { agreesOnTunMtu } from '../../../src/wire/openvpn/tun-mtu.js';

it.each<[string, string | undefined, string | undefined, boolean]>([
  ['tun', '1500', '1500', true],
  ['tun', '1500', '1532', false],
  ['tap', '1500', '1532', true],
  ['tap', '1532', '1500', true],
  ['tap', '1500', '1400', false],
  ['tap', undefined, '1500', false],
  ['tap', undefined, undefined, true],
])('%s, %s and %s: %s', (device, one, other, agrees) => expect(agreesOnTunMtu(device, one, other)).toBe(agrees));
