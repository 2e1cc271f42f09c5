import { expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.js';
import { encodeOcc, innerMessage, OCC_MTU_REPLY, PING as PING_BYTES, readInnerMessage } from '../../../src/wire/openvpn/inner-messages.js';

const PING = '2a187bf3641eb4cb07ed2d0a981fc748';
const OCC = '287f346bd4ef7a812d56b8d3afc5459c';

it.each([
  [PING, 'ping'],
  [`${PING}00`, undefined],
  [`${OCC}00`, 'OCC_REQUEST'],
  [`${OCC}06`, 'OCC_EXIT'],
  [`${OCC}02061a`, 'OCC_MTU_LOAD_REQUEST'],
  [`${OCC}04`, 'OCC_MTU_REQUEST'],
  [`${OCC}63`, 'OCC unknown (99)'],
  [OCC, undefined],
  ['4500001c00000000400100000a0800010a080002', undefined],
  ['2a', undefined],
  ['', undefined],
])('%s is %s', (bytes, message) => expect(innerMessage(fromHex(bytes))).toBe(message));

it('is written as it is read', () => {
  expect(toHex(PING_BYTES)).toBe(PING);
  const message = encodeOcc(OCC_MTU_REPLY, fromHex('05dc05a0'));
  expect(toHex(message)).toBe(`${OCC}0505dc05a0`);
  expect(readInnerMessage(message)).toEqual({ kind: 'occ', code: 5, body: fromHex('05dc05a0') });
});
