import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { decodeMschapv2, encodeMschapv2, type Mschapv2Packet } from '../../../src/engine/eap/mschapv2-packet.js';
import { codecContract } from '../../support/codec-contract.js';

const sixteen = '000102030405060708090a0b0c0d0e0f';

codecContract<Mschapv2Packet>(
  'EAP-MSCHAPv2',
  {
    decode: (r) => decodeMschapv2(r.rest()),
    encode: (value, w) => w.bytes(encodeMschapv2(value)),
  },
  [
    {
      name: 'challenge',
      hex: `01 07 0017 10 ${sixteen} 6777`,
      value: { opcode: 1, id: 7, challenge: fromHex(sixteen), name: fromHex('6777') },
    },
    {
      name: 'response',
      hex: `02 07 0038 31 ${sixteen} ${'00'.repeat(8)} ${'ab'.repeat(24)} 00 6162`,
      value: { opcode: 2, id: 7, peerChallenge: fromHex(sixteen), ntResponse: fromHex('ab'.repeat(24)), name: fromHex('6162') },
    },
    { name: 'success', hex: '03 07 0006 533d', value: { opcode: 3, id: 7, message: fromHex('533d') } },
    { name: 'failure', hex: '04 07 0006 453d', value: { opcode: 4, id: 7, message: fromHex('453d') } },
    { name: 'acknowledged success', hex: '03', value: { opcode: 3, id: 0, message: new Uint8Array(0) }, decodeOnly: true },
  ],
);

describe('EAP-MSCHAPv2', () => {
  it.each([
    ['an opcode we do not speak', '07 01 0004', /Change-Password/],
    ['an unknown opcode', '63 01 0004', /unknown \(99\)/],
    ['a challenge of another length', `01 07 0014 0f ${sixteen.slice(2)}`, /Value-Size .* 15 instead of 16/],
    ['a length below its header', '03 07 0003 53', /3 is less than 4/],
  ])('%s is refused', (_, hex, text) => expect(() => decodeMschapv2(fromHex(hex))).toThrow(text));
});
