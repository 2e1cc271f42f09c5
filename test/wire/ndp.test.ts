import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.js';
import { ByteReader } from '../../src/bytes/reader.js';
import { decodeNeighbor, encodeNeighbor, NEIGHBOR_ADVERTISEMENT, NEIGHBOR_SOLICITATION } from '../../src/wire/ndp.js';
import { codecContract } from '../support/codec-contract.js';

const target = 'fe80000000000000021122fffe334455';

describe.each([
  [NEIGHBOR_SOLICITATION, '01'],
  [NEIGHBOR_ADVERTISEMENT, '02'],
] as const)('type %i', (type, option) => {
  const codec = { decode: (reader: ByteReader) => decodeNeighbor(type, reader), encode: encodeNeighbor.bind(undefined, type) };
  codecContract('neighbour', codec, [
    { name: 'without address', hex: target, value: { target: 'fe80::211:22ff:fe33:4455', mac: undefined } },
    { name: 'with address', hex: `${target}${option}01021122334455`, value: { target: 'fe80::211:22ff:fe33:4455', mac: 0x021122334455 } },
  ]);

  it('passes over other options', () => {
    const other = option === '01' ? '02' : '01';
    const read = (hex: string) => decodeNeighbor(type, new ByteReader(fromHex(target + hex)));
    expect(read(`${other}01aaaaaaaaaaaa0e02${'00'.repeat(14)}${option}01021122334455`).mac).toBe(0x021122334455);
    expect(() => read('0e00')).toThrow('neighbour option length');
  });
});
