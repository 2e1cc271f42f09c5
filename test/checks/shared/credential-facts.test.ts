import { expect, it } from 'vitest';
import { type CredentialFacts, judgeCredentials, readCredentialFacts } from '../../../src/checks/shared/credential-facts.js';
import type { Credential } from '../../../src/checks/shared/credentials.js';
import { pass, unknown } from '../../../src/checks/shared/lines.js';
import { FakeHost } from '../../../src/host/fake.js';
import { HostFacts } from '../../../src/host/host-facts.js';
import { swanctlCertificateHost } from '../../support/certificate-hosts.js';
import { credential } from '../../support/credential.js';

const facts = (credentials: readonly Credential[], unread: readonly string[] = []): CredentialFacts => ({
  tunnels: { ipsec: [], openvpn: [], unread },
  credentials,
  now: new Date(0),
});
const a = credential({ subject: 'a' });
const b = credential({ subject: 'b' });
const other = credential({ subject: 'b', path: '/other.pem' });
const theirs = credential({ subject: 'a', end: 'remote' });

it.each<[string, CredentialFacts, readonly Credential['end'][], readonly string[]]>([
  ['none', facts([]), ['local'], ['skip dates: no connection with a certificate']],
  [
    'none that could be read',
    facts([], ['/etc/ipsec.conf: denied']),
    ['local'],
    ['unknown dates: which tunnels there are could not be read: /etc/ipsec.conf: denied'],
  ],
  ['none of the end asked for', facts([theirs]), ['local'], ['skip dates: no connection with a certificate']],
  ['one that two connections share', facts([a, b]), ['local'], ['pass dates of a: good']],
  ['two', facts([a, other]), ['local'], ['pass dates of a: good', 'pass dates of b: good']],
  ['of both ends', facts([other, theirs]), ['local', 'remote'], ['pass dates of b: good', 'pass dates of a (the other end): good']],
])('%s', (_, given, ends, expected) =>
  expect(
    judgeCredentials(given, 'dates', ends, (_credential, label) => pass(label, 'good')).map(
      ({ status, label, detail }) => `${status} ${label}: ${detail}`,
    ),
  ).toEqual(expected),
);

it('what differs of a shared one is said of each', () =>
  expect(
    judgeCredentials(facts([a, b]), 'key', ['local'], ({ subject }, label) => (subject === 'a' ? pass(label, 'x') : unknown(label, 'x'))),
  ).toHaveLength(2));

it("reads certificates and the host's clock", async () => {
  const now = new Date('2030-01-01T00:00:00Z');
  const read = await readCredentialFacts(new HostFacts(swanctlCertificateHost({}, { now })));
  expect([read.now, read.credentials.map(({ path }) => path)]).toEqual([now, ['/etc/swanctl/x509/gw.pem']]);
  expect((await readCredentialFacts(new HostFacts(new FakeHost()))).credentials).toEqual([]);
});
