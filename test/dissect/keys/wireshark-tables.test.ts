import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/bytes/errors.js';
import { KeyRing } from '../../../src/dissect/keys/key-ring.js';
import { readTableLine, splitTableLine, tableOf } from '../../../src/dissect/keys/wireshark-tables.js';

const read = (line: string): KeyRing => {
  const ring = new KeyRing();
  readTableLine(ring, line, { file: 'f', line: 1 });
  return ring;
};

describe('fields of a line', () => {
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['a,b', ['a', 'b']],
    ['"a","b c" , "d"', ['a', 'b c', 'd']],
    ['"a,b",c', ['a,b', 'c']],
    ['"x\\x22y\\x0a"', ['x"y\n']],
    ['a,,""', ['a', '', '']],
    ['a,', ['a', '']],
    ['', ['']],
  ];
  for (const [line, fields] of rows) it(line, () => expect(splitTableLine(line)).toEqual(fields));
  it('a quote must be closed', () => expect(() => splitTableLine('"a","b')).toThrow(UsageError));
});

describe('which table a line is of', () => {
  const rows: readonly (readonly [readonly string[], string | undefined])[] = [
    [['0011223344556677', '00'], 'ikev1'],
    [['0x0011223344556677', '00'], 'ikev1'],
    [['0011223344556677', '1', '2', '3', '4', '5', '6', '7'], 'ikev2'],
    [['IPv4', '1', '2', '3', '4', '5', '6', '7'], 'esp'],
    [['ipv6', '1', '2', '3', '4', '5', '6', '7', '8', '9'], 'esp'],
    [['IPv4', '1', '2', '3', '4', '5', '6'], undefined],
    [['001122', '00'], undefined],
    [[''], undefined],
  ];
  for (const [fields, table] of rows) it(fields.join(','), () => expect(tableOf(fields)).toBe(table));
});

describe('extended sequence numbers of an SA', () => {
  const line = (rest: string): string => `"IPv4","*","*","0x1","NULL","","NULL",""${rest}`;
  it('are open in eight fields', () => expect(read(line('')).esp[0]?.esn).toBeUndefined());
  it('64-bit and where they begin', () => expect(read(line(',"64-bit","00000002"')).esp[0]).toMatchObject({ esn: true, sequenceHigh: 2 }));
  it('32-bit', () => expect(read(line(',"32-bit",""')).esp[0]).toMatchObject({ esn: false }));
  it('hexadecimal', () => expect(read(line(',"64-bit","000000ff"')).esp[0]?.sequenceHigh).toBe(0xff));
});

describe("Wireshark's old AES-GCM without ICV length takes it from the row beside it", () => {
  for (const [integ, cipher] of [
    ['ANY 64 bit authentication [no checking]', 'ENCR_AES_GCM_8'],
    ['ANY 96 bit authentication [no checking]', 'ENCR_AES_GCM_12'],
    ['ANY 128 bit authentication [no checking]', 'ENCR_AES_GCM_16'],
    ['NULL', 'ENCR_AES_GCM_16'],
  ] as const) {
    it(integ, () => {
      const [sa] = read(`"IPv4","*","*","*","AES-GCM [RFC4106]","0x${'77'.repeat(20)}","${integ}",""`).esp;
      expect([sa?.cipher.name, sa?.integrity.name]).toEqual([cipher, 'NONE']);
    });
  }
});
