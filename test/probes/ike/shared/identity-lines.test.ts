import { describe, expect, it } from 'vitest';
import { identityFlag, ipsecId, swanctlId, swanctlPsk } from '../../../../src/probes/ike/shared/identity-lines.js';
import { parseIdentity } from '../../../../src/services/settings/identity.js';

const rows: readonly (readonly [flag: string, swanctl: string, ipsec: string])[] = [
  ['gw.example', '@gw.example', '@gw.example'],
  ['gw', 'gw', '@gw'],
  ['anna@example.org', 'anna@example.org', 'anna@example.org'],
  ['192.0.2.1', '192.0.2.1', '192.0.2.1'],
  ['2001:db8::1', '2001:db8::1', '2001:db8::1'],
  ['C=XX, CN=gw', '"C=XX, CN=gw"', '"C=XX, CN=gw"'],
  ['keyid:office', 'keyid:office', '"@[office]"'],
  // # begins a comment in swanctl.conf.
  ['keyid:0xff01', '"@#ff01"', '"@#ff01"'],
];

describe('identities in the files of a peer', () => {
  it.each(rows)('%s', (flag, swanctl, ipsec) => {
    const text = identityFlag(parseIdentity(flag, '--id'));
    expect([text, swanctlId(text), ipsecId(text)]).toEqual([flag, swanctl, ipsec]);
  });

  it('a secret of strongSwan has a line for the name and one for itself', () =>
    expect(swanctlPsk('C=XX, CN=gw')).toBe(
      'swanctl.conf, below secrets, then swanctl --load-creds:\n  ike-probe {\n    id = "C=XX, CN=gw"\n    secret = "…"\n  }',
    ));
});
