import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.js';
import { distinguishedNameText } from '../../../src/wire/ike/distinguished-name.js';
import { encodeDistinguishedName } from '../../../src/wire/ike/encode-distinguished-name.js';

describe('encodeDistinguishedName', () => {
  it('is what OpenSSL makes of it', () => {
    // openssl asn1parse of -subj "/C=CH/O=Example/CN=gw": printable string, then UTF-8.
    expect(toHex(encodeDistinguishedName('C=CH, O=Example, CN=gw'))).toBe(
      '302c310b30090603550406130243483110300e060355040a0c074578616d706c65310b300906035504030c026777',
    );
  });

  it.each([
    ['C=CH, O=Example, CN=gw.example.com', 'C=CH, O=Example, CN=gw.example.com'],
    ['/C=CH/O=Example/CN=gw', 'C=CH, O=Example, CN=gw'],
    ['c=CH,o=Example', 'C=CH, O=Example'],
    ['emailAddress=a@b.c', 'E=a@b.c'],
    ['O=Example\\, Ltd., CN=gw', 'O=Example, Ltd., CN=gw'],
    ['1.2.840.113549.1.9.8=10.0.0.1', 'unstructuredAddress=10.0.0.1'],
    [`CN=${'x'.repeat(300)}`, `CN=${'x'.repeat(300)}`],
    ['CN=Zürich', 'CN=Zürich'],
  ])('%s comes back', (text, wanted) => expect(distinguishedNameText(encodeDistinguishedName(text))).toBe(wanted));

  it.each(['gw', 'XY=gw', '=gw', ''])('refuses %j', (text) => {
    expect(() => encodeDistinguishedName(text)).toThrow(expect.objectContaining({ name: 'UsageError' }));
  });
});
