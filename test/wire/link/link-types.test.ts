import { expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { ByteReader } from '../../../src/bytes/reader.js';
import { linkDecoders } from '../../../src/wire/link/link-types.js';

it.each([
  [0, '02000000', 'null'],
  [1, 'ff0102030405 001b213c9df8 0800', 'ethernet'],
  [9, 'ff03 0021', 'ppp'],
  [12, '45', 'raw'],
  [14, '60', 'raw'],
  [50, 'ff03 0021', 'ppp'],
  [51, '11 00 0a5b 0042', 'pppoe'],
  [101, '45', 'raw'],
  [108, '00000002', 'null'],
  [113, '0004 0001 0006 001b213c9df8 0000 0800', 'linux-sll'],
  [228, '45', 'raw'],
  [229, '60', 'raw'],
  [276, '0800 0000 00000002 0001 00 06 001b213c9df8 0000', 'linux-sll2'],
])('link type %d', (type, hex, kind) => expect(linkDecoders[type]?.(new ByteReader(fromHex(hex))).kind).toBe(kind));

it('knows no link type that the rows above leave out', () => expect(Object.keys(linkDecoders)).toHaveLength(13));
