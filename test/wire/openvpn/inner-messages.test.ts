import { expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { innerMessage } from '../../../src/wire/openvpn/inner-messages.js';

const PING = '2a187bf3641eb4cb07ed2d0a981fc748';
const OCC = '287f346bd4ef7a812d56b8d3afc5459c';

it.each([
  [PING, 'ping'],
  [`${PING}00`, undefined],
  [`${OCC}00`, 'OCC_REQUEST'],
  [`${OCC}06`, 'OCC_EXIT'],
  [`${OCC}63`, 'OCC unknown (99)'],
  [OCC, undefined],
  ['4500001c00000000400100000a0800010a080002', undefined],
  ['2a', undefined],
  ['', undefined],
])('%s is %s', (bytes, message) => expect(innerMessage(fromHex(bytes))).toBe(message));
