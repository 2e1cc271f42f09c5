import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { sameId } from '../../../src/engine/ike/identity.js';

const id = (type: number, text: string) => ({ type, data: Buffer.from(text) });

describe('sameId', () => {
  it.each([
    [id(2, 'Moon.Example'), id(2, 'mOON.example'), true],
    [id(3, 'A@b'), id(3, 'a@B'), true],
    [id(11, 'A'), id(11, 'a'), false],
    [id(2, 'a'), id(3, 'a'), false],
    [id(2, 'a'), id(2, 'ab'), false],
    [{ type: 1, data: fromHex('c0000201') }, { type: 1, data: fromHex('c0000201') }, true],
    [{ type: 1, data: fromHex('41424344') }, { type: 1, data: fromHex('61626364') }, false],
  ])('%j %j %s', (a, b, same) => expect(sameId(a, b)).toBe(same));
});
