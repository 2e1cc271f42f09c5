import { describe, expect, it } from 'vitest';
import { readAuthentication } from '../../../src/config/cisco-asa/authentication.js';
import { readStatements } from '../../../src/config/cisco-asa/read-statements.js';
import { findSecret } from '../../../src/config/ipsec-secrets/find-secret.js';
import { RemarkList } from '../../../src/config/source.js';

/** Keys are made for tests. */
const read = (text: string) => readAuthentication(readStatements({ file: 'f', text }, new RemarkList()));

describe('readAuthentication', () => {
  it.each([
    ['crypto isakmp key made-for-tests address 192.0.2.10', '192.0.2.10', 1],
    ['crypto isakmp key 0 made-for-tests address 192.0.2.10 no-xauth', '192.0.2.10', 1],
    ['crypto isakmp key made-for-tests address 0.0.0.0', '192.0.2.10', 1],
    ['crypto isakmp key made-for-tests address 0.0.0.0 0.0.0.0', '%any', 1],
    ['crypto isakmp key made-for-tests address 192.0.2.0 255.255.255.0', '192.0.2.10', 1],
    ['isakmp key made-for-tests address 192.0.2.10 netmask 255.255.255.255 no-xauth no-config-mode', '192.0.2.10', 1],
    ['crypto keyring K\n  pre-shared-key address 192.0.2.10 key made-for-tests', '192.0.2.10', 2],
    ['crypto keyring K\n  local-address 198.51.100.1\n  pre-shared-key address 0.0.0.0 0.0.0.0 key made-for-tests', '%any', 3],
    ['crypto keyring K\n  pre-shared-key hostname gw.example.com key made-for-tests', 'gw.example.com', 2],
    ['crypto ikev2 keyring K\n peer all\n  address 0.0.0.0 0.0.0.0\n  pre-shared-key made-for-tests', '%any', 4],
    ['tunnel-group 192.0.2.10 ipsec-attributes\n ikev1 pre-shared-key made-for-tests', '192.0.2.10', 2],
    ['tunnel-group DefaultL2LGroup ipsec-attributes\n pre-shared-key made-for-tests', '192.0.2.10', 2],
  ])('finds the key of %s', (text, peer, line) => {
    const { secrets, find } = read(text);
    const found = findSecret(secrets, ['psk'], [], [peer])?.entry;
    expect(found?.line).toBe(line);
    expect(Buffer.from(found?.secret?.reveal() ?? []).toString()).toBe('made-for-tests');
    if (peer !== '%any') expect(find(peer)?.local.map(({ value }) => value)).toEqual(['psk']);
  });

  it('prefers the key of a peer to one for its network and one for all', () => {
    const { find } = read(
      ['0.0.0.0', '192.0.2.0 255.255.255.0', '192.0.2.10'].map((peer) => `crypto isakmp key made-for-tests address ${peer}`).join('\n'),
    );
    expect(['192.0.2.10', '192.0.2.11', '198.51.100.1'].map((peer) => find(peer)?.name.line)).toEqual([3, 2, 1]);
  });

  it('has no key where one is hidden or encrypted', () => {
    for (const text of ['crypto isakmp key 6 ABCDEF address 192.0.2.10', 'tunnel-group 192.0.2.10 ipsec-attributes\n pre-shared-key *****'])
      expect(read(text).secrets.map(({ secret }) => secret)).toEqual([undefined]);
  });
});
