import { expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { ByteReader } from '../../../src/bytes/reader.js';
import { decodeKeyMethod, encodeKeyMethod, type KeyMethodMessage } from '../../../src/wire/openvpn/key-method.js';
import { codecContract } from '../../support/codec-contract.js';

const hex = (text: string) => Buffer.from(text).toString('hex');
const random = (byte: string) => fromHex(byte.repeat(32));
const server: KeyMethodMessage = {
  preMaster: undefined,
  random1: random('11'),
  random2: random('22'),
  options: 'V4',
  username: undefined,
  password: undefined,
  peerInfo: undefined,
};

codecContract<KeyMethodMessage>('key method 2 of a server', { decode: (r) => decodeKeyMethod(r, false), encode: encodeKeyMethod }, [
  { name: 'one that ends with its options', hex: `00000000 02 ${'11'.repeat(32)} ${'22'.repeat(32)} 0003 ${hex('V4')}00`, value: server },
]);

codecContract<KeyMethodMessage>('key method 2 of a client', { decode: (r) => decodeKeyMethod(r, true), encode: encodeKeyMethod }, [
  {
    name: 'one with credentials and peer info',
    hex: `00000000 02 ${'00'.repeat(48)} ${'11'.repeat(32)} ${'22'.repeat(32)} 0003 ${hex('V4')}00 0006 ${hex('alice')}00 0000 0009 ${hex('IV_VER=2')}00`,
    value: { ...server, preMaster: new Uint8Array(48), username: 'alice', password: '', peerInfo: 'IV_VER=2' },
  },
]);

it.each([
  ['00000001', 'not zero'],
  ['00000000 01', 'only 2 is known'],
])('refuses %s', (bytes, words) => {
  expect(() => decodeKeyMethod(new ByteReader(fromHex(`${bytes} ${'00'.repeat(200)}`)), true)).toThrow(words);
});
