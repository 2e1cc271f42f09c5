import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/bytes/errors.js';
import { readKeys } from '../../../src/dissect/keys/read-keys.js';
import { cpuMilliseconds } from '../../support/cpu-time.js';

const folder = new URL('fixtures/', import.meta.url);
const samples = [
  ...readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8').slice(0, 9000)),
  '"IPv4","10.0.*.*","*","0xc1d717e8","AES-CBC [RFC3602]","0x343c9a1a9e4519749c3c2b5e5240b428","HMAC-SHA-256-128 [RFC4868]","0x00","64-bit","1"\n0x1@1.2.3.4 3des-cbc-hmac96:0x00\nikev2 I 0x1 0x2 sha1:0x aes128:0x',
  'src 10.0.0.1 dst 10.0.0.2\n\tproto esp spi 0xc1000001 reqid 1 mode tunnel\n\treplay-window 0 flag esn\n\tauth-trunc hmac(sha1) 0x00 96\n\tenc cbc(aes) 0x00\n',
];

describe('files of keys that are damaged', () => {
  it('never throw anything but UsageError, and every complaint has its place', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.array(fc.tuple(fc.nat(), fc.string({ maxLength: 5 })), { maxLength: 8 }),
        fc.nat(),
        (sample, edits, cut) => {
          let text = sample;
          for (const [at, insert] of edits) {
            const place = at % (text.length + 1);
            text = text.slice(0, place) + insert + text.slice(place + insert.length);
          }
          text = text.slice(0, cut % 3 === 0 ? cut % (text.length + 1) : text.length);
          try {
            for (const note of readKeys(text, 'f').notes) expect(note.line).toBeGreaterThan(0);
          } catch (error) {
            if (!(error instanceof UsageError)) throw error;
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  const long = [
    '"',
    ',',
    '[',
    '*:',
    '0x',
    '05[IKE] ',
    '05[IKE] a => 1 bytes @\n',
    ' ',
    'src 1 dst 2\n',
    'src 1 dst 2\n\tproto esp spi 0x1\n',
    '"IPv4",',
    '::',
    '{',
    '\\',
  ];
  for (const piece of long) {
    it(`much of ${JSON.stringify(piece)} takes no long time`, () => {
      const started = cpuMilliseconds();
      try {
        readKeys(piece.repeat(200_000 / piece.length), 'f');
        readKeys(`"IPv4","*","*","*","${piece.repeat(100_000 / piece.length)}","","NULL",""`, 'f');
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
      }
      expect(cpuMilliseconds() - started).toBeLessThan(3000);
    });
  }
});
