import { createPublicKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readShownCertificates } from '../../../../src/engine/ikev2/authentication/shown-certificates.js';
import { certificateFile } from '../../../support/certificates.js';

const der = (name: string) => new X509Certificate(certificateFile(name)).raw;
const x509 = (name: string) => ({ encoding: 4, data: der(name) });

describe('readShownCertificates', () => {
  it('the first is its own, the others may help', () => {
    const shown = readShownCertificates([x509('leaf.pem'), x509('sub.pem'), { encoding: 7, data: Uint8Array.of(0x30) }]);
    expect(shown.own?.raw).toEqual(der('leaf.pem'));
    expect(shown.others.map(({ raw }) => raw)).toEqual([der('sub.pem')]);
    expect([shown.revocationLists.length, shown.unusable, shown.byUrl]).toEqual([1, [], false]);
  });

  it('reads raw public keys', () => {
    const key = createPublicKey(certificateFile('gw.pem'));
    const shown = readShownCertificates([{ encoding: 15, data: key.export({ type: 'spki', format: 'der' }) }]);
    expect(shown.rawKey?.equals(key)).toBe(true);
  });

  it.each([
    ['junk', [{ encoding: 4, data: Buffer.from('junk') }], ['4 bytes that are no X.509 Certificate - Signature']],
    ['a key that is none', [{ encoding: 15, data: new Uint8Array(3) }], ['3 bytes that are no Raw Public Key']],
    [
      'a kind that nobody reads',
      [{ encoding: 200, data: new Uint8Array(3) }],
      ['a certificate of the kind unknown (200), which we do not read'],
    ],
    ['more than we look at', new Array(40).fill(x509('gw.pem')), ['8 more than we look at']],
  ])('%s is unusable, in words', (_, certs, unusable) => expect(readShownCertificates(certs).unusable).toEqual(unusable));

  it.each([12, 13])('an address in place of a certificate (%i)', (encoding) =>
    expect(readShownCertificates([{ encoding, data: Buffer.from('http://x') }]).byUrl).toBe(true),
  );

  it('any cut and any changed byte of a certificate is read or unusable', () => {
    const whole = der('gw.pem');
    for (let at = 0; at < whole.length; at += 3) {
      for (const data of [whole.subarray(0, at), Uint8Array.from(whole, (byte, i) => (i === at ? byte ^ 0xff : byte))]) {
        const shown = readShownCertificates([{ encoding: 4, data }]);
        expect(shown.unusable.length > 0).toBe(shown.own === undefined);
      }
    }
  });
});
