import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.js';
import { isOpenvpnLog, readOpenvpnLog } from '../../../src/dissect/keys/openvpn-log.js';
import { detectKeySource, readKeys } from '../../../src/dissect/keys/read-keys.js';
import { cpuMilliseconds } from '../../support/cpu-time.js';

/** As OpenVPN 2.6 writes with verb 7; keys made up. */
const hex = (byte: number, length: number) =>
  Array.from({ length: length / 4 }, (_, at) => toHex(new Uint8Array(4).fill(byte + at))).join(' ');
const lines = (front: string, cipher: string, digest: string, bits: number) => [
  `${front}Master Encrypt (cipher, ${cipher}, 256 bits): ${hex(0x10, 32)}`,
  `${front}Master Encrypt (hmac, ${digest}, ${bits} bits): ${bits === 0 ? '' : hex(0x30, bits / 8)}`,
  `${front}Outgoing Data Channel: Cipher '${cipher}' initialized with 256 bit key`,
  `${front}Master Decrypt (cipher, ${cipher}, 256 bits): ${hex(0x50, 32)}`,
  `${front}Master Decrypt (hmac, ${digest}, ${bits} bits): ${bits === 0 ? '' : hex(0x70, bits / 8)}`,
];
const front = (bytes: Uint8Array, length: number) => toHex(bytes.subarray(0, length));

describe('the log of OpenVPN', () => {
  it('of a client, with times in front', () => {
    const text = ['2026-11-22 06:22:30 us=12 OpenVPN 2.6.14', ...lines('2026-11-22 06:22:30 us=12 ', 'AES-256-CBC', 'SHA256', 256)].join(
      '\n',
    );
    expect(isOpenvpnLog(text)).toBe(true);
    const [found, ...more] = readOpenvpnLog(text);
    expect(more).toEqual([]);
    expect(found?.cipher).toBe('AES-256-CBC');
    const [client, server] = found?.key.halves ?? [];
    expect(front(client?.cipher.reveal() ?? new Uint8Array(0), 4)).toBe('10101010');
    expect(front(client?.hmac.reveal() ?? new Uint8Array(0), 4)).toBe('30303030');
    expect(front(server?.cipher.reveal() ?? new Uint8Array(0), 8)).toBe('5050505051515151');
    expect(front(server?.hmac.reveal() ?? new Uint8Array(0), 4)).toBe('70707070');
  });

  it('of a server, where clients come at the same time', () => {
    const [a, b] = ['anna/192.0.2.1:1000 ', 'berta/192.0.2.2:2000 '].map((who) => lines(who, 'AES-256-GCM', '[null-digest]', 0));
    const mixed = (a ?? []).flatMap((line, at) => [line, b?.[at] ?? '']).join('\n');
    expect(readOpenvpnLog(mixed).map(({ cipher }) => cipher)).toEqual(['AES-256-GCM', 'AES-256-GCM']);
  });

  it('is a source of keys; what is cut gives none', () => {
    const text = lines('', 'AES-256-GCM', '[null-digest]', 0).join('\n');
    expect(detectKeySource(text)).toBe('openvpn-log');
    expect(readKeys(text, 'openvpn.log').openvpn.describe()).toEqual(['1 logged data key']);
    expect(readOpenvpnLog(text.slice(0, text.lastIndexOf('\n')))).toEqual([]);
    expect(detectKeySource('Outgoing Data Channel: Cipher initialized')).toBe('tables');
  });

  it('is kept to its last keys', () => {
    const text = Array.from({ length: 300 }, () => lines('', 'AES-256-GCM', '[null-digest]', 0))
      .flat()
      .join('\n');
    expect(readOpenvpnLog(text)).toHaveLength(256);
  });

  it.each([2, 7, 8, 9, 17])('a line that ends after %i characters too many or too few breaks nothing', (cut) => {
    const all = lines('', 'AES-256-CBC', 'SHA256', 256);
    const text = all.map((line, at) => (at === 1 || at === 4 ? line.slice(0, -cut) : line)).join('\n');
    expect(() => readOpenvpnLog(text)).not.toThrow();
    expect(() => readOpenvpnLog(`${all[0]}0\n${all[1]}a b\n`)).not.toThrow();
  });

  it('what others have written into it takes no time', () => {
    const begun = cpuMilliseconds();
    const noise = [
      '/'.repeat(20_000),
      `Master Encrypt (cipher, ${','.repeat(20_000)}`,
      `Master Encrypt (cipher, A, 8 bits): ${'a '.repeat(20_000)}!`,
    ];
    expect(readOpenvpnLog(noise.join('\n'))).toEqual([]);
    expect(cpuMilliseconds() - begun).toBeLessThan(2000);
  });
});
