import { expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { configurationText } from '../../../src/dissect/ike/configuration-text.js';

it.each([
  ['INTERNAL_IP4_ADDRESS', '0a030001', 'INTERNAL_IP4_ADDRESS 10.3.0.1'],
  ['INTERNAL_IP4_ADDRESS', '', 'INTERNAL_IP4_ADDRESS'],
  ['INTERNAL_IP4_SUBNET', '0a030000ffff0000', 'INTERNAL_IP4_SUBNET 10.3.0.0/16'],
  ['INTERNAL_IP6_ADDRESS', '20010db800000000000000000000000140', 'INTERNAL_IP6_ADDRESS 2001:db8::1/64'],
  ['INTERNAL_IP6_DNS', '20010db8000000000000000000000001', 'INTERNAL_IP6_DNS 2001:db8::1'],
  ['APPLICATION_VERSION', '73776f', 'APPLICATION_VERSION swo'],
  ['unknown (77)', '00ff', 'unknown (77) 0x00ff'],
  ['XAUTH_USER_NAME', '616c696365', 'XAUTH_USER_NAME alice'],
  ['XAUTH_USER_PASSWORD', '616c696365', 'XAUTH_USER_PASSWORD [secret, 5 bytes]'],
])('%s %s', (name, hex, expected) => expect(configurationText(name, fromHex(hex))).toBe(expected));

it('short attributes are numbers', () => expect(configurationText('XAUTH_STATUS', 1)).toBe('XAUTH_STATUS 1'));
