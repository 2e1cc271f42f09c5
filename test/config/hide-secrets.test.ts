import { describe, expect, it } from 'vitest';
import { secretHider } from '../../src/config/hide-secrets.js';
import { cpuMilliseconds } from '../support/cpu-time.js';
import { SEED_ASA, SEED_IPSEC_CONF, SEED_SECRETS } from './seed-story.js';

const SECRET = 'made-for-tests-only-7Qx';

describe('secretHider', () => {
  it.each([
    `: PSK "${SECRET}"`,
    `secret = ${SECRET}`,
    `secret = "${SECRET}`,
    ` pre-shared-key ${SECRET}`,
    ` ikev2 local-authentication pre-shared-key ${SECRET}`,
    `tunnel-group a ipsec-attrishared-key ${SECRET}`,
    `crypto isakmp key ${SECRET} address 192.0.2.1`,
    `Authentication= ${SECRET}`,
    `Address= 198.51.100.1entication= ${SECRET}`,
    `remote_ts = 10.2.0.0/16 } } secrets { ike-1 { secret =  ${SECRET} } }`,
    `secrets { ikt = "${SECRET}" } }`,
    `secrets { ike-1 { id = a@b.example\n secret =#"${SECRET}" } }`,
    `secrets { ike-1 { s'cret = "${SECRET}`,
  ])('hides what stands behind a word for a secret: %s', (text) => expect(secretHider([text])(`x ${SECRET} y`)).toBe('x (not shown) y'));

  it('what stands for a secret in a bundle is hidden like it', () =>
    expect(secretHider([': PSK "redacted-abcdefghij"'])('PSK "redacted-abcdefghij"')).toBe('PSK "(not shown)"'));

  it('is quick about blanks without end', () => {
    const from = cpuMilliseconds();
    secretHider([`PSK ${' '.repeat(200_000)}`, `secret${'='.repeat(200_000)}`, 'key '.repeat(50_000), 'secrets {'.repeat(50_000)]);
    expect(cpuMilliseconds() - from).toBeLessThan(1000);
  });

  it('leaves the tail of a name whose head ends like a word for a secret', () =>
    expect(secretHider(['leftid=@gateway.example'])('@client.example')).toBe('@client.example'));

  it.each(['crypto map outside_map 10 match address outside_cryptomap_10', 'verify-x509-name gw2.example.com name'])(
    'leaves words with a y in them: %s',
    (text) => expect(secretHider([text])(text)).toBe(text),
  );

  it('leaves names of key exchanges', () =>
    expect(secretHider(['proposals = aes256-x25519-ke1_kyber3-ke2_bike3'])('x25519-ke1_kyber3-ke2_bike3')).toBe(
      'x25519-ke1_kyber3-ke2_bike3',
    ));

  it('leaves the identities of a section of secrets', () =>
    expect(secretHider([`secrets { eap-c { id = carol9@example.org\n secret = "${SECRET}" } }`])('carol9@example.org')).toBe(
      'carol9@example.org',
    ));

  it.each([SEED_ASA, SEED_IPSEC_CONF, SEED_SECRETS])('hides nothing else of a healthy file', (text) => {
    expect(secretHider([text])(text.replaceAll(SECRET, ''))).toBe(text.replaceAll(SECRET, ''));
  });
});
