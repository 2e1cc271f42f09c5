import { createCipheriv, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openvpnDigest } from '../../src/keymat/openvpn-algorithms.js';
import { cryptV2Key, parseCryptV2Keys, prepareTlsCrypt, tlsAuthMac, unwrapClientKey } from '../../src/keymat/openvpn-control.js';
import { splitKeyHalf, splitStaticKey } from '../../src/keymat/openvpn-static-key.js';

const BYTES = Uint8Array.from({ length: 256 }, (_, i) => i);
const key = splitStaticKey(BYTES);
const header = { opcode: 7, keyId: 0, sessionId: 0x0102030405060708n };
const replay = { packetId: 1, time: 0x50ff1e0c };

it('the HMAC of tls-auth covers replay id, header and message in this order', () => {
  const digest = openvpnDigest('sha256');
  if (digest === undefined) throw new TypeError('no SHA256');
  const message = Uint8Array.of(0, 0, 0, 0, 0);
  const expected = createHmac('sha256', BYTES.subarray(192, 224))
    .update(Buffer.from('0000000150ff1e0c380102030405060708', 'hex'))
    .update(message)
    .digest();
  expect(Buffer.from(tlsAuthMac(digest, key.halves[1])(header, replay, message))).toEqual(expected);
});

describe('tls-crypt', () => {
  const crypt = prepareTlsCrypt(key.halves[0]);
  const { tag, body } = crypt.seal(header, replay, Buffer.from('hello'));

  it('opens what it sealed, and nothing that was changed', () => {
    expect(crypt.open(header, replay, tag, body)).toEqual(Buffer.from('hello'));
    expect(crypt.open({ ...header, keyId: 1 }, replay, tag, body)).toBeUndefined();
    expect(crypt.open(header, { ...replay, packetId: 2 }, tag, body)).toBeUndefined();
    expect(crypt.open(header, replay, tag, body.subarray(1))).toBeUndefined();
    expect(crypt.open(header, replay, tag.subarray(1), body)).toBeUndefined();
    expect(prepareTlsCrypt(key.halves[1]).open(header, replay, tag, body)).toBeUndefined();
  });
});

describe('tls-crypt-v2', () => {
  const server = BYTES.subarray(0, 128);
  /** As the server's tool wraps it (`tls_crypt.c`). */
  const wrap = (plain: Uint8Array) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(32 + plain.length + 2);
    const tag = createHmac('sha256', server.subarray(64, 96)).update(length).update(plain).digest();
    return Buffer.concat([tag, createCipheriv('aes-256-ctr', server.subarray(0, 32), tag.subarray(0, 16)).update(plain), length]);
  };

  it('a wrapped client key opens with the key of its server', () => {
    const opened = unwrapClientKey(splitKeyHalf(server), wrap(Buffer.concat([BYTES, Buffer.from('\u0000bob')])));
    expect(opened?.key.halves[1].hmac.reveal()).toEqual(BYTES.slice(192));
    expect(Buffer.from(opened?.metadata ?? []).toString()).toBe('\u0000bob');
    expect(unwrapClientKey(splitKeyHalf(BYTES.subarray(128)), wrap(BYTES))).toBeUndefined();
    expect(() => unwrapClientKey(splitKeyHalf(server), new Uint8Array(60))).toThrow('wrapped client key');
  });

  it('key files of both kinds', () => {
    const pem = (kind: string, bytes: Uint8Array) =>
      `-----BEGIN OpenVPN tls-crypt-v2 ${kind} key-----\n${Buffer.from(bytes).toString('base64')}\n-----END OpenVPN tls-crypt-v2 ${kind} key-----\n`;
    const keys = parseCryptV2Keys(pem('server', server) + pem('client', Buffer.concat([BYTES, wrap(BYTES)])));
    expect(keys.map(({ kind }) => kind)).toEqual(['server', 'client']);
    expect(() => cryptV2Key('server', BYTES)).toThrow('128 bytes');
    expect(() => cryptV2Key('client', BYTES)).toThrow('more than 256');
  });
});
