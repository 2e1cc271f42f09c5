import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { distinguishedNameText } from '../../../src/wire/ike/distinguished-name.js';

/** C=DE, O=Example, CN=gw */
const NAME = '302c 310b3009 0603550406 13024445 3110300e 060355040a 13074578616d706c65 310b3009 0603550403 0c026777';

describe('distinguishedNameText', () => {
  it.each([
    [NAME, 'C=DE, O=Example, CN=gw'],
    ['3000', ''],
    // e-mail address: an OID with large arcs
    ['3018 31163014 06092a864886f70d010901 1607 61406578616d70', 'E=a@examp'],
    // an OID of no known name
    ['300d 310b3009 0603550463 13024142', '2.5.4.99=AB'],
    // BMPString
    ['300f 310d300b 0603550403 1e0400fc0041', 'CN=üA'],
    // two attributes in one set
    ['3018 3116 3009 0603550403 0c0261 62 3009 0603550403 0c026364', 'CN=ab, CN=cd'],
    // control characters
    ['300d 310b3009 0603550403 0c021b41', 'CN=\\x1bA'],
  ])('%s', (hex, text) => expect(distinguishedNameText(fromHex(hex))).toBe(text));

  it.each([
    ['not a sequence', '0403020100'],
    ['cut', NAME.slice(0, -2)],
    ['with bytes behind it', `${NAME}00`],
    ['with a length of five bytes', '3085 0000000001 00'],
  ])('prints hex of a name that is %s', (_, hex) => expect(distinguishedNameText(fromHex(hex))).toMatch(/^0x[0-9a-f]+$/));

  it('never throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => typeof distinguishedNameText(bytes) === 'string'));
    const good = fromHex(NAME);
    for (let at = 0; at < good.length; at++) {
      const bad = good.slice();
      bad[at] = 0xff;
      expect(typeof distinguishedNameText(bad)).toBe('string');
    }
  });
});
