import { describe, expect, it } from 'vitest';
import { readKeys } from '../../../src/dissect/keys/read-keys.js';
import { readSecretsBlock } from '../../../src/dissect/keys/secrets-block.js';

/** Keys for tests only. */
const HEX = '00112233445566778899aabbccddeeff'.repeat(16);
const STATIC = `-----BEGIN OpenVPN Static key V1-----\n${HEX.replace(/(.{32})/g, '$1\n')}-----END OpenVPN Static key V1-----\n`;
const V2_SERVER = `-----BEGIN OpenVPN tls-crypt-v2 server key-----\n${Buffer.alloc(128, 7).toString('base64')}\n-----END OpenVPN tls-crypt-v2 server key-----\n`;
const RANDOM = 'ab'.repeat(32);
const LOG = `# a key log\nCLIENT_RANDOM ${RANDOM} ${'cd'.repeat(48)}\nEXPORTER_SECRET ${RANDOM.toUpperCase()} ${'ef'.repeat(32)}\n`;

describe('keys of OpenVPN', () => {
  it('a key file as it is', () => {
    const ring = readKeys(`# made for tests\n${STATIC}`, 'ta.key');
    expect([ring.openvpn.staticKeys.length, ring.notes, ring.describe()]).toEqual([1, [], '1 OpenVPN static key']);
  });

  it('a configuration with keys in it', () => {
    const ring = readKeys(`client\nremote vpn.example 1194\n<tls-auth>\n${STATIC}</tls-auth>\n${V2_SERVER}`, 'client.ovpn');
    expect([ring.openvpn.staticKeys.length, ring.openvpn.cryptV2Servers.length, ring.notes]).toEqual([1, 1, []]);
  });

  it('a key log, under one client random', () => {
    const ring = readKeys(LOG, 'keys.log');
    expect([...ring.openvpn.tls.keys()]).toEqual([RANDOM]);
    expect([...(ring.openvpn.tls.get(RANDOM)?.keys() ?? [])]).toEqual(['CLIENT_RANDOM', 'EXPORTER_SECRET']);
    expect([ring.isEmpty, ring.notes]).toEqual([false, []]);
  });

  it('keys.json with both', () => {
    const ring = readKeys(
      JSON.stringify({
        openvpn: [
          { static_key: HEX },
          { tls_crypt_v2_server_key: '07'.repeat(128) },
          { tls_crypt_v2_client_key: `${HEX}${'00'.repeat(290)}` },
        ],
        tls: LOG.split('\n').slice(1, 3),
      }),
      'keys.json',
    );
    expect(ring.notes).toEqual([]);
    expect([
      ring.openvpn.staticKeys.length,
      ring.openvpn.cryptV2Servers.length,
      ring.openvpn.cryptV2Clients.length,
      ring.openvpn.tls.size,
    ]).toEqual([1, 1, 1, 1]);
  });

  it.each([
    ['a key cut short', STATIC.replace('00112233445566778899aabbccddeeff\n', ''), '256 bytes, not 240'],
    ['one in keys.json', JSON.stringify({ openvpn: [{ static_key: 'abcd' }] }), '256 bytes, not 2'],
    ['an entry without a key', JSON.stringify({ openvpn: [{}] }), 'tls_crypt_v2_server_key'],
    ['a line that is none of a key log', JSON.stringify({ tls: ['hello'] }), 'no line of a TLS key log'],
  ])('%s is noted, not thrown', (_, text, words) => {
    expect(readKeys(text, 'keys').notes.map((note) => note.text)).toEqual([expect.stringContaining(words)]);
  });

  it('never prints a key', () => expect(JSON.stringify(readKeys(STATIC + LOG, 'k'))).not.toContain('112233'));

  it('rings are merged', () => {
    const ring = readKeys(STATIC, 'a');
    ring.merge(readKeys(LOG, 'b'));
    expect(ring.describe()).toBe('1 OpenVPN static key, 1 TLS session');
  });
});

it('a key log may stand in the capture itself (pcapng)', () => {
  const ring = readSecretsBlock({ type: 0x544c534b, bytes: Buffer.from(LOG) }, 'x.pcapng');
  expect(ring?.openvpn.tls.size).toBe(1);
});
