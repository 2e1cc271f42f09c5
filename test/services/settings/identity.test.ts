import { describe, expect, it } from 'vitest';
import { parseIdentity } from '../../../src/services/settings/identity.js';
import { identityFacts } from '../../../src/wire/ike/identity-facts.js';

describe('parseIdentity', () => {
  it.each([
    ['192.0.2.1', 'ID_IPV4_ADDR', '192.0.2.1'],
    ['2001:db8::1', 'ID_IPV6_ADDR', '2001:db8::1'],
    ['gw.example.com', 'ID_FQDN', 'gw.example.com'],
    ['@gw.example.com', 'ID_FQDN', 'gw.example.com'],
    ['fqdn:192.0.2.1', 'ID_FQDN', '192.0.2.1'],
    ['anna@example.com', 'ID_RFC822_ADDR', 'anna@example.com'],
    ['@@anna', 'ID_RFC822_ADDR', 'anna'],
    ['email:anna', 'ID_RFC822_ADDR', 'anna'],
    ['@#0aff', 'ID_KEY_ID', '0x0aff'],
    ['keyid:branch-7', 'ID_KEY_ID', 'branch-7'],
    ['C=CH, O=Example, CN=gw', 'ID_DER_ASN1_DN', 'C=CH, O=Example, CN=gw'],
    ['dn:CN=gw', 'ID_DER_ASN1_DN', 'CN=gw'],
  ])('%s is %s', (text, type, value) => expect(identityFacts(parseIdentity(text, '--id'))).toEqual({ type, value }));

  it.each([
    ['%any', '--id', /^who we are, as the peer has it configured/],
    ['*', '--id', /without --id it is/],
    ['%any6', '--peer-id', /leave the flag out for anybody/],
  ])('%s stands for any, and is none: %s', (text, flag, hint) => {
    expect(() => parseIdentity(text, flag)).toThrow(
      expect.objectContaining({
        name: 'UsageError',
        message: expect.stringContaining(`${flag} ${text} `),
        hint: expect.stringMatching(hint),
      }),
    );
  });

  it.each(['', '  ', '@#0g', 'XY=gw'])('refuses %j', (text) => {
    expect(() => parseIdentity(text, '--id')).toThrow(expect.objectContaining({ name: 'UsageError' }));
  });
});
