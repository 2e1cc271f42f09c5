import { describe, expect, it } from 'vitest';
import { readIkeProfiles } from '../../../src/config/cisco-asa/ike-profiles.js';
import { readStatements } from '../../../src/config/cisco-asa/read-statements.js';
import { RemarkList } from '../../../src/config/source.js';

function profile(lines: string, head = 'crypto ikev2 profile P') {
  const text = `${head}\n${lines.replace(/^/gm, ' ')}\n`;
  return [...readIkeProfiles(readStatements({ file: 'f', text }, new RemarkList())).values()][0];
}

describe('readIkeProfiles', () => {
  it.each([
    ['match identity remote address 192.0.2.1', '192.0.2.1'],
    ['match identity remote address 192.0.2.1 255.255.255.255', '192.0.2.1'],
    ['match identity remote address 0.0.0.0', '%any'],
    ['match identity remote address 192.0.2.0 255.255.255.0', undefined],
    ['match identity remote any', '%any'],
    ['match identity remote fqdn gw.example.com', '@gw.example.com'],
    ['match identity remote fqdn domain example.com', '*example.com'],
    ['match identity remote email a@example.com', 'a@example.com'],
    ['match identity remote key-id branch', '@[branch]'],
  ])('reads %s', (line, id) => {
    expect(profile(line)?.remoteIds.map(({ value }) => value)).toEqual(id === undefined ? [] : [id]);
  });

  it('tells the two directions of authentication apart, and keeps no key', () => {
    const found = profile('authentication remote pre-share key made-for-tests-G\nauthentication local rsa-sig\npki trustpoint TP');
    expect([found?.local, found?.remote].map((list) => list?.map(({ value }) => value))).toEqual([['pubkey'], ['psk']]);
    expect(found?.other).toEqual([{ key: 'pki', value: { value: 'trustpoint TP', file: 'f', line: 4 } }]);
    expect(JSON.stringify(found)).not.toContain('made-for-tests');
  });

  it('reads a profile of IKEv1', () => {
    const found = profile(
      'keyring K\nself-identity fqdn hq.example.com\nmatch identity address 192.0.2.1 255.255.255.255\ninitiate mode aggressive',
      'crypto isakmp profile P',
    );
    expect(found?.localId).toEqual({ value: '@hq.example.com', file: 'f', line: 3 });
    expect(found?.remoteIds.map(({ value }) => value)).toEqual(['192.0.2.1']);
    expect(found?.aggressive?.line).toBe(5);
  });
});
