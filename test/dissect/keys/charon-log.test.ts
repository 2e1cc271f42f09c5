import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.js';
import { readCharonLog } from '../../../src/dissect/keys/charon-log.js';
import type { KeyRing } from '../../../src/dissect/keys/key-ring.js';
import { readKeys } from '../../../src/dissect/keys/read-keys.js';

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

/** What a ring holds, sorted and in plain values, without where it came from. */
function contents(ring: KeyRing): unknown {
  const text = (bytes: { reveal(): Uint8Array } | undefined): string => (bytes === undefined ? '' : toHex(bytes.reveal()));
  return {
    ikev1: ring.ikev1.map((keys) => `${keys.cookieI} ${text(keys.key)}`).sort(),
    ikev2: ring.ikev2
      .map((keys) =>
        [
          keys.spiI,
          keys.spiR,
          keys.fromInitiator,
          keys.cipher.name,
          text(keys.key),
          text(keys.salt),
          keys.integrity.name,
          text(keys.integrityKey),
        ].join(' '),
      )
      .sort(),
    esp: ring.esp
      .map((sa) =>
        [sa.src.text, sa.dst.text, sa.spi.text, sa.cipher.name, text(sa.key), text(sa.salt), sa.integrity.name, text(sa.integrityKey)].join(
          ' ',
        ),
      )
      .sort(),
  };
}

describe("charon's log at level 4", () => {
  const rows = [
    ['charon-ikev2-gcm.log', 'charon-ikev2-gcm.keys.json'],
    ['charon-ikev2-rekey-initiator.log', 'charon-ikev2-rekey.keys.json'],
    ['charon-ikev2-rekey-responder.log', 'charon-ikev2-rekey.keys.json'],
    ['charon-ikev1-rekey.log', 'charon-ikev1-rekey.keys.json'],
  ] as const;
  for (const [log, json] of rows) {
    it(`${log} gives the keys that opened its capture`, () => {
      const ring = readKeys(fixture(log), log);
      expect(ring.notes).toEqual([]);
      expect(contents(ring)).toEqual(contents(readKeys(fixture(json), json)));
    });
  }

  it('whatever the prefix', () => {
    const plain = fixture('charon-ikev2-gcm.log');
    const expected = contents(readCharonLog(plain, 'a'));
    const prefixes: readonly ((line: string) => string)[] = [
      (line) => line.replace(/^\S+ +\S+ \S+ /, ''),
      (line) => `Jan  2 03:04:05 gateway charon-systemd[4711]: ${line.replace(/^\S+ +\S+ \S+ /, '')}`,
      (line) => `2026-01-02T03:04:05.678901+01:00 gateway ipsec[1]: ${line.replace(/^\S+ +\S+ \S+ /, '')}`,
      (line) => line.replace(/<lab\|(\d)>/, '<$1>'),
      (line) => `${line}\r`,
    ];
    for (const prefix of prefixes) expect(contents(readCharonLog(plain.split('\n').map(prefix).join('\n'), 'a'))).toEqual(expected);
  });

  it('without mgr: the SPIs come from NAT detection', () => {
    const plain = fixture('charon-ikev2-gcm.log');
    const ring = readCharonLog(plain.replace(/^.*\[MGR\].*\n/gm, ''), 'a');
    expect(ring.notes).toEqual([]);
    expect(contents(ring)).toEqual(contents(readCharonLog(plain, 'a')));
  });

  it('without any SPI: the keys are kept for every SA, and a note says so', () => {
    const plain = fixture('charon-ikev2-gcm.log');
    const ring = readCharonLog(plain.replace(/^.*\[MGR\].*\n/gm, '').replaceAll('natd_chunk', 'something'), 'a');
    expect(ring.ikev2.map((keys) => keys.spiI)).toEqual([undefined, undefined]);
    expect(ring.findIkev2('0123456789abcdef', '0123456789abcdef', true).length).toBe(1);
    expect(ring.notes.map((note) => note.text)).toEqual([expect.stringContaining('does not tell the SPIs')]);
  });

  it('without who asked for the child: both readings', () => {
    const plain = fixture('charon-ikev2-gcm.log');
    const ring = readCharonLog(plain.replace(/^.*\[ENC\].*\n/gm, ''), 'a');
    const known = readCharonLog(plain, 'a');
    expect(ring.esp.length).toBe(2 * known.esp.length);
    for (const sa of known.esp)
      expect(ring.esp.some((other) => other.spi.text === sa.spi.text && toHex(other.key.reveal()) === toHex(sa.key.reveal()))).toBe(true);
  });

  it('a dump that was cut off becomes a note with its line', () => {
    const lines = fixture('charon-ikev2-gcm.log').split('\n');
    const at = lines.findIndex((line) => line.includes('Sk_ei secret'));
    lines.splice(at + 2, 1);
    const ring = readCharonLog(lines.join('\n'), 'charon.log');
    expect(ring.notes).toContainEqual({ file: 'charon.log', line: at + 1, text: '"Sk_ei secret" should be 36 bytes, 16 follow' });
  });

  it('a log without keys says what is missing', () => {
    const ring = readKeys('05[IKE] <lab|1> initiating IKE_SA lab[1] to 203.0.113.2\n', 'daemon.log');
    expect(ring.notes).toEqual([{ file: 'daemon.log', line: 1, text: 'a log of charon without keys: they need level 4 of ike and chd' }]);
  });
});
