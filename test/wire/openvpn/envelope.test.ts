import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.js';
import { ByteReader } from '../../../src/bytes/reader.js';
import type { ByteWriter } from '../../../src/bytes/writer.js';
import {
  type ControlEnvelope,
  decodeCryptEnvelope,
  decodeOpenEnvelope,
  encodeOpenHeader,
  encodeReplayId,
} from '../../../src/wire/openvpn/envelope.js';
import { codecContract } from '../../support/codec-contract.js';

const encode = ({ mac, replay, body, wrappedKey, ...header }: ControlEnvelope, w: ByteWriter, crypt: boolean): void => {
  encodeOpenHeader(header, w);
  if (!crypt) w.bytes(mac);
  if (replay !== undefined) encodeReplayId(replay, w);
  if (crypt) w.bytes(mac);
  w.bytes(body);
  if (wrappedKey !== undefined) w.bytes(wrappedKey);
};

const SID = '0102030405060708';
const head = (opcode: number) => ({ opcode, keyId: 0, sessionId: 0x0102030405060708n });
const mac = (length: number) => fromHex('a5'.repeat(length));

codecContract<ControlEnvelope>('tls-auth', { decode: (r) => decodeOpenEnvelope(r, 20), encode: (v, w) => encode(v, w, false) }, [
  {
    name: 'a reset',
    hex: `38 ${SID} ${'a5'.repeat(20)} 00000001 50ff1e0c 00 00000000`,
    value: { ...head(7), mac: mac(20), replay: { packetId: 1, time: 0x50ff1e0c }, body: fromHex('0000000000'), wrappedKey: undefined },
  },
]);

codecContract<ControlEnvelope>('tls-crypt', { decode: decodeCryptEnvelope, encode: (v, w) => encode(v, w, true) }, [
  {
    name: 'a reset',
    hex: `38 ${SID} 00000001 50ff1e0c ${'a5'.repeat(32)} 0102030405`,
    value: { ...head(7), mac: mac(32), replay: { packetId: 1, time: 0x50ff1e0c }, body: fromHex('0102030405'), wrappedKey: undefined },
  },
  {
    name: 'a reset of version 2, with its wrapped key',
    hex: `50 ${SID} 00000001 50ff1e0c ${'a5'.repeat(32)} 0102030405 ${'b6'.repeat(40)} 002a`,
    value: {
      ...head(10),
      mac: mac(32),
      replay: { packetId: 1, time: 0x50ff1e0c },
      body: fromHex('0102030405'),
      wrappedKey: fromHex(`${'b6'.repeat(40)}002a`),
    },
  },
]);

describe('without wrapping', () => {
  it('everything behind the session id is the message', () => {
    const { mac: none, replay, body } = decodeOpenEnvelope(new ByteReader(fromHex(`38 ${SID} 00 00000000`)), 0);
    expect([none.length, replay, toHex(body)]).toEqual([0, undefined, '0000000000']);
  });

  it.each(['ffff', '0001'])('a wrapped key cannot claim %s bytes', (length) => {
    const bytes = fromHex(`50 ${SID} 00000001 50ff1e0c ${'a5'.repeat(32)} ${'00'.repeat(50)} ${length}`);
    expect(() => decodeCryptEnvelope(new ByteReader(bytes))).toThrow('wrapped client key length');
  });
});
