import { describe, expect, it } from 'vitest';
import { offerText } from '../../../src/config/effective/algorithm-names.js';
import { commonOffer, nearestOffers } from '../../../src/config/effective/common-offer.js';
import type { ConfigEnd } from '../../../src/config/effective/config-end.js';
import { deadPeerOf } from '../../../src/config/effective/dead-peer.js';
import { defaultOffers } from '../../../src/config/effective/default-offers.js';
import { expectedIdentity, identitiesAgree, ownIdentity } from '../../../src/config/effective/identity.js';
import { commonVersion, initiates, versionsOf } from '../../../src/config/effective/ike-versions.js';
import { type Offer, offersOf } from '../../../src/config/effective/offer.js';
import { pfsGroups } from '../../../src/config/effective/pfs-groups.js';
import { mirrored, selectorsOf, selectorText } from '../../../src/config/effective/selectors.js';
import { endOf } from '../../../src/config/read-config.js';
import { type EndFacts, readEnd } from '../compare/compare-texts.js';

/** One connection of an ipsec.conf, by its settings. */
async function end(settings: string, facts: EndFacts = { product: 'libreswan', version: '4.10' }): Promise<ConfigEnd> {
  const config = await readEnd(
    {
      '/etc/ipsec.conf': `conn a\n\tleft=192.0.2.1\n\tright=198.51.100.1\n${settings === '' ? '' : `\t${settings.split(' ').join('\n\t')}\n`}`,
    },
    { addresses: ['192.0.2.1'], ...facts },
  );
  const [connection] = config.connections;
  if (connection === undefined) throw new TypeError('no connection');
  return endOf(config, connection);
}

const openswan: EndFacts = { product: 'openswan', version: '2.6.37' };
const strongswan: EndFacts = { product: 'strongswan', version: '5.9.8' };

describe('offers', () => {
  it.each<[string, EndFacts, 'ike' | 'esp', 'ikev1' | 'ikev2', string]>([
    ['ike=3des-md5;modp1024', openswan, 'ike', 'ikev1', '3DES, MD5, MODP_1024 (group 2)'],
    ['ike=3des-md5', openswan, 'ike', 'ikev1', '3DES, MD5, MODP_1536 (group 5)/MODP_1024 (group 2)'],
    ['ike=aes-sha1;modp2048', { product: 'libreswan' }, 'ike', 'ikev1', 'AES_CBC_256/AES_CBC_128, SHA1, MODP_2048 (group 14)'],
    [
      'ike=aes256',
      { product: 'libreswan' },
      'ike',
      'ikev1',
      'AES_CBC_256, SHA2_256/SHA2_512/SHA1, MODP_2048 (group 14)/MODP_1536 (group 5)',
    ],
    ['ike=aes-sha1-modp2048', strongswan, 'ike', 'ikev2', 'AES_CBC_128, SHA1, MODP_2048 (group 14)'],
    ['esp=aes256gcm16', strongswan, 'esp', 'ikev2', 'AES_GCM_16_256'],
    ['esp=aes256-sha256-modp4096', strongswan, 'esp', 'ikev2', 'AES_CBC_256, SHA2_256, MODP_4096 (group 16)'],
    ['esp=null-sha1', { product: 'libreswan' }, 'esp', 'ikev2', 'NULL, SHA1'],
  ])('%s, %o, %s of %s: %s', async (settings, facts, use, version, text) => {
    expect(offersOf(await end(settings, facts), use, version).map((offer) => offerText(offer))).toEqual([text]);
  });

  it('takes the product’s own list where nothing is written', async () => {
    expect(offersOf(await end(''), 'ike', 'ikev2').length).toBe(defaultOffers('libreswan', '4.10', 'ike', 'ikev2').length);
    expect(offersOf(await end('', openswan), 'esp', 'ikev1').map((offer) => offerText(offer))[0]).toBe('AES_CBC_128, SHA1');
    for (const product of ['asa', 'ios', 'racoon'] as const) expect(defaultOffers(product, undefined, 'ike', 'ikev1')).toEqual([]);
  });

  const offer = (id: number, keyLength: number | undefined, hashes: number[], groups: number[]): Offer => ({
    ciphers: [{ id, ...(keyLength !== undefined && { keyLength }) }],
    hashes,
    prfs: [],
    groups,
  });
  const [des3, aes, gcm] = [offer(3, undefined, [1], [2]), offer(12, 256, [12, 2], [14, 2]), offer(20, 256, [], [19])];

  it.each<[string, Offer[], Offer[], boolean, unknown]>([
    ['the first of who begins', [aes, des3], [des3, aes], true, { cipher: { id: 12, keyLength: 256 }, hash: 12, group: 14 }],
    ['nothing in common', [des3], [aes], true, undefined],
    [
      'groups left out',
      [offer(12, 256, [12], [])],
      [offer(12, 256, [12], [14])],
      false,
      { cipher: { id: 12, keyLength: 256 }, hash: 12, group: undefined },
    ],
    ['a cipher of another length', [offer(12, 128, [12], [14])], [aes], true, undefined],
    ['no hash with no hash', [gcm], [gcm], true, { cipher: { id: 20, keyLength: 256 }, hash: undefined, group: 19 }],
    ['no hash with a hash', [offer(20, 256, [12], [19])], [gcm], true, undefined],
    ['nobody offers anything', [], [aes], true, undefined],
  ])('%s', (_, first, second, groups, chosen) => expect(commonOffer(first, second, groups)?.chosen).toEqual(chosen));

  it('finds what keeps the nearest two apart', () => {
    expect(nearestOffers([des3, aes], [offer(12, 256, [12], [5])], true)?.differs).toEqual(['group']);
    expect(nearestOffers([des3], [gcm], true)?.differs).toEqual(['encryption', 'hash', 'group']);
    expect(nearestOffers([], [gcm], true)).toBeUndefined();
  });
});

describe('versions of IKE', () => {
  it.each<[string, EndFacts, readonly string[], string]>([
    ['', openswan, ['ikev2', 'ikev1'], 'ikev1'],
    ['ikev2=propose', openswan, ['ikev2', 'ikev1'], 'ikev2'],
    ['ikev2=insist', openswan, ['ikev2'], 'ikev2'],
    ['ikev2=never', openswan, ['ikev1'], 'ikev1'],
    ['', { product: 'libreswan', version: '4.10' }, ['ikev2'], 'ikev2'],
    ['', { product: 'libreswan', version: '3.20' }, ['ikev2', 'ikev1'], 'ikev1'],
    ['keyexchange=ike', strongswan, ['ikev2', 'ikev1'], 'ikev2'],
    ['keyexchange=ikev1', strongswan, ['ikev1'], 'ikev1'],
  ])('%s of %o answers %j and begins with %s', async (settings, facts, answered, begun) => {
    const one = await end(settings, facts);
    expect([versionsOf(one), initiates(one)]).toEqual([answered, begun]);
  });

  it('is what one begins with and the other takes', async () => {
    const [old, either, modern] = [await end('ikev2=never', openswan), await end('', strongswan), await end('ikev2=insist')];
    expect([commonVersion(old, either), commonVersion(either, modern), commonVersion(old, modern)]).toEqual(['ikev1', 'ikev2', undefined]);
  });
});

describe('dead peers', () => {
  it.each<[string, EndFacts, number]>([
    ['', { product: 'libreswan' }, 0],
    ['dpddelay=30 dpdtimeout=120', { product: 'libreswan' }, 30],
    ['dpddelay=30s', strongswan, 0],
    ['dpdaction=restart', strongswan, 30],
    ['dpdaction=none dpddelay=10s', strongswan, 0],
    ['dpdaction=clear dpddelay=10s', strongswan, 10],
  ])('%s of %o: every %i s', async (settings, facts, delay) => expect(deadPeerOf(await end(settings, facts)).delay).toBe(delay));
});

describe('identities', () => {
  it.each<[string, string, boolean | undefined]>([
    ['', '', true],
    ['leftid=@a.example', 'leftid=@a.example', true],
    ['leftid=@a.example', 'leftid=a.example', true],
    ['leftid=@a.example', 'leftid=@b.example', false],
    ['leftid=@a.example', '', false],
    ['leftid=@a.example', 'leftid=%any', true],
    ['leftid=carol@example.com', 'leftid=*@example.com', true],
    ['leftid="C=XX,O=t,CN=a"', 'leftid="C=XX, O=t, CN=a"', true],
    ['leftid=%fromcert', 'leftid=@a.example', undefined],
    ['', 'leftid=192.0.2.1', true],
    ['', 'leftid=192.0.2.2', false],
  ])('%s is what %s expects: %s', async (ours, theirs, wanted) => {
    const here = await end(`authby=secret${ours === '' ? '' : ` ${ours.replaceAll(', ', ',')}`}`);
    // The same file at the other end: its right is here.
    const there = await end(`authby=secret${theirs === '' ? '' : ` ${theirs.replaceAll(', ', ',')}`}`, {
      product: 'libreswan',
      version: '4.10',
      addresses: ['198.51.100.1'],
    });
    expect(identitiesAgree(ownIdentity(here), expectedIdentity(there))).toBe(wanted);
  });
});

describe('PFS', () => {
  it.each<[string, EndFacts, number[]]>([
    ['', openswan, [2]],
    ['pfs=no', openswan, []],
    ['phase2alg=3des-md5;modp1536', openswan, [5]],
    ['esp=aes128-sha1', strongswan, []],
    ['esp=aes128-sha1-modp2048', strongswan, [14]],
    ['', strongswan, []],
    ['', { product: 'strongswan', version: '6.0.3' }, [2]],
  ])('%s of %o, phase 1 with group 2: %j', async (settings, facts, groups) => {
    expect(pfsGroups(await end(settings, facts), 'ikev1', 2).groups).toEqual(groups);
  });
});

describe('selectors', () => {
  it.each<[string, string[], number]>([
    ['', ['192.0.2.1/32 - 198.51.100.1/32'], 0],
    ['leftsubnet=10.1.0.0/16 rightsubnet=10.2.0.0/16', ['10.1.0.0/16 - 10.2.0.0/16'], 0],
    ['leftsubnets={10.1.0.0/16,10.3.0.0/16} rightsubnet=10.2.0.0/16', ['10.1.0.0/16 - 10.2.0.0/16', '10.3.0.0/16 - 10.2.0.0/16'], 0],
    ['leftprotoport=17/1701 rightprotoport=17/%any', ['192.0.2.1/32[udp/1701] - 198.51.100.1/32[udp]'], 0],
    ['leftprotoport=0/0', ['192.0.2.1/32 - 198.51.100.1/32'], 0],
    ['leftsubnet=vhost:%priv,%no', [], 2],
    ['leftsubnet=10.1.0.0/16 rightsubnet=2001:db8::/32', [], 0],
  ])('%s: %j', async (settings, pairs, unknown) => {
    const found = selectorsOf((await end(settings)).connection);
    expect([found.pairs.map(selectorText), found.unknown.length]).toEqual([pairs, unknown]);
    for (const pair of found.pairs) expect(selectorText(mirrored(mirrored(pair)))).toBe(selectorText(pair));
  });
});
