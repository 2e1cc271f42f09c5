import { expect, it } from 'vitest';
import { isPushable } from '../../../src/wire/openvpn/pushable-options.js';

it.each([
  ['route 10.0.0.0 255.0.0.0', true],
  ['dhcp-option DNS 10.8.0.1', true],
  ['setenv opt block-outside-dns', true],
  ['setenv NAME value', false],
  ['auth SHA512', false],
  ['reneg-sec 0', false],
  ['keepalive 10 60', false],
  ['vendor-thing', false],
  ['', false],
])('%s: %s', (option, takes) => {
  expect(isPushable(option)).toBe(takes);
});
