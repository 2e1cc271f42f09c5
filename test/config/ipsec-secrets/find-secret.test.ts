import { describe, expect, it } from 'vitest';
import type { IpsecConfProduct } from '../../../src/config/ipsec-conf/document.js';
import { canonicalIdentity, findSecret } from '../../../src/config/ipsec-secrets/find-secret.js';
import { readIpsecSecrets } from '../../../src/config/ipsec-secrets/read-secrets.js';
import { memoryFiles } from '../memory-files.js';

/** Line of the entry that counts for 192.0.2.1 towards 198.51.100.1, and how it fits. */
async function found(text: string, product: IpsecConfProduct, local = ['192.0.2.1'], remote = ['198.51.100.1']) {
  const { entries } = await readIpsecSecrets({ file: 'f', text: text.replaceAll(';', '\n') }, product, memoryFiles({}));
  const secret = findSecret(entries, ['psk'], local, remote);
  return secret === undefined
    ? 'none'
    : `${secret.entry.line} ${secret.match}${secret.rivals.length === 0 ? '' : ` +${secret.rivals.length}`}`;
}

describe('findSecret', () => {
  it.each([
    ['192.0.2.1 198.51.100.1 : PSK "aaaaaaaa"', '1 both', '1 both'],
    ['198.51.100.1 192.0.2.1 : PSK "aaaaaaaa"', '1 both', '1 both'],
    [': PSK "aaaaaaaa"', '1 any', '1 any'],
    ['%any %any : PSK "aaaaaaaa"', '1 any', '1 any'],
    ['192.0.2.1 : PSK "aaaaaaaa"', '1 one', '1 one'],
    // Only strongSwan takes an entry that names the peer alone, or one that names us beside a stranger.
    ['198.51.100.1 : PSK "aaaaaaaa"', 'none', '1 one'],
    ['192.0.2.1 203.0.113.9 : PSK "aaaaaaaa"', 'none', '1 one'],
    ['192.0.2.1 %any : PSK "aaaaaaaa"', '1 one', '1 one'],
    ['%any 198.51.100.1 : PSK "aaaaaaaa"', '1 one', '1 one'],
    ['203.0.113.9 203.0.113.10 : PSK "aaaaaaaa"', 'none', 'none'],
    // The more exact one, wherever it stands.
    [': PSK "aaaaaaaa";192.0.2.1 198.51.100.1 : PSK "bbbbbbbb"', '2 both', '2 both'],
    ['192.0.2.1 198.51.100.1 : PSK "aaaaaaaa";192.0.2.1 %any : PSK "bbbbbbbb"', '1 both', '1 both'],
    ['192.0.2.1 %any : PSK "aaaaaaaa";%any 198.51.100.1 : PSK "bbbbbbbb"', '1 one', '1 one'],
    // Two that fit alike.
    ['192.0.2.1 198.51.100.1 : PSK "aaaaaaaa";192.0.2.1 198.51.100.1 : PSK "bbbbbbbb"', '1 both +1', '1 both +1'],
    ['192.0.2.1 198.51.100.1 : PSK "aaaaaaaa";192.0.2.1 198.51.100.1 : PSK "aaaaaaaa"', '1 both', '1 both'],
    ['192.0.2.1 198.51.100.1 : XAUTH "aaaaaaaa"', 'none', 'none'],
  ])('%s: libreswan %s, strongSwan %s', async (text, libreswan, strongswan) => {
    expect([await found(text, 'libreswan'), await found(text, 'strongswan')]).toEqual([libreswan, strongswan]);
  });

  it('takes the identity or the address', async () => {
    expect(await found('@gw.example.com 198.51.100.1 : PSK "aaaaaaaa"', 'libreswan', ['@gw.example.com', '192.0.2.1'])).toBe('1 both');
  });
});

describe('canonicalIdentity', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:0DB8:0:0::1'],
    ['@gw.example.com', 'GW.example.com'],
    ['fqdn:gw.example.com', '@gw.example.com'],
    ['%any', '0.0.0.0'],
    ['%any6', '::'],
    ['C=CH, O=Example, CN=gw', '"C = CH,O=Example,CN=gw"'],
  ])('%s is %s', (a, b) => {
    expect(canonicalIdentity(a)).toBe(canonicalIdentity(b));
  });

  it('keeps what differs apart', () => {
    const ids = ['192.0.2.1', '192.0.2.2', '@gw', 'user@gw', 'C=CH, CN=gw', 'C=CH, CN=gx', '2001:db8::1', '%any'];
    expect(new Set(ids.map(canonicalIdentity)).size).toBe(ids.length);
  });
});
