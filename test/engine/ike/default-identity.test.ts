import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BugError } from '../../../src/bytes/errors.js';
import { Secret } from '../../../src/bytes/secret.js';
import { defaultIdentity } from '../../../src/engine/ike/default-identity.js';
import { identityFacts } from '../../../src/wire/ike/identity-facts.js';
import { certificateFile } from '../../support/certificates.js';

const key = createPrivateKey(certificateFile('client.key'));
const certificates = [new Uint8Array(new X509Certificate(certificateFile('client.pem')).raw)];
const psk = { method: 'psk', secret: new Secret(new Uint8Array(1)) } as const;

describe('defaultIdentity', () => {
  it.each([
    [
      'the subject of our certificate',
      { method: 'signature', key, certificates } as const,
      '192.0.2.1',
      'ID_DER_ASN1_DN',
      'O=Example, CN=client1',
    ],
    [
      'our address with a raw key',
      { method: 'signature', key, certificates, raw: true } as const,
      '192.0.2.1',
      'ID_IPV4_ADDR',
      '192.0.2.1',
    ],
    ['our address with a secret', psk, '2001:db8::1', 'ID_IPV6_ADDR', '2001:db8::1'],
    ['nobody with NULL', { method: 'null' } as const, '192.0.2.1', 'ID_NULL', ''],
  ])('is %s', (_, local, address, type, value) => expect(identityFacts(defaultIdentity(local, address))).toEqual({ type, value }));

  it('of no address is our mistake', () => expect(() => defaultIdentity(psk, 'gw')).toThrow(BugError));
});
