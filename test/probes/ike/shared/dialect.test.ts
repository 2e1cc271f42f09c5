import { describe, expect, it } from 'vitest';
import { inDialect, ipsecSubnet, productOf, proposalLines } from '../../../../src/probes/ike/shared/dialect.js';
import { proposal } from '../../../support/ike-settings.js';

const id = (text: string) => new TextEncoder().encode(text);

describe('productOf', () => {
  it.each([
    [[id('strongSwan')], 'strongswan'],
    [[id('CISCO(COPYRIGHT)&Copyright (c) 2009 Cisco Systems, Inc.')], 'asa'],
    [[id('Libreswan 4.10')], 'libreswan'],
    [[id('somebody else')], undefined],
    [[], undefined],
  ])('%j', (ids, wanted) => expect(productOf(ids)).toBe(wanted));
});

describe('lines', () => {
  const lines = ['swanctl.conf: a', 'ipsec.conf: b', 'Cisco ASA: c'];

  it.each([
    ['strongswan', ['swanctl.conf: a']],
    ['libreswan', ['ipsec.conf: b']],
    ['asa', ['Cisco ASA: c']],
    [undefined, lines],
  ] as const)('of %s', (product, wanted) => expect(inDialect(lines, product)).toEqual(wanted));

  it('are all there where none is in the dialect', () => expect(inDialect(['swanctl.conf: a'], 'asa')).toEqual(['swanctl.conf: a']));

  it('say how an offer is accepted', () => {
    const offer = [proposal('IKE', 'AES_CBC_256 PRF_HMAC_SHA2_256 AUTH_HMAC_SHA2_256_128 MODP_2048')];
    expect(proposalLines(offer, 'ike', 'strongswan')).toEqual(['swanctl.conf (strongSwan): proposals = aes256-sha256-modp2048']);
    expect(proposalLines([proposal('ESP', 'AES_GCM_16_256 NO_ESN')], 'child', 'libreswan')).toEqual([
      'ipsec.conf (libreswan, Openswan): esp=aes_gcm256',
    ]);
  });
});

it('lines of IKEv1 are in its own words: a hash, no PRF, and none for an ASA that has no word for it', () => {
  const old = [proposal('IKE', '3DES PRF_HMAC_MD5 MODP_1024')];
  expect(proposalLines(old, 'ike', undefined, 1)).toEqual([
    'ipsec.conf (libreswan, Openswan): ike=3des-md5;modp1024',
    'swanctl.conf (strongSwan): proposals = 3des-md5-modp1024',
    'Cisco ASA: crypto ikev1 policy 10 / authentication pre-share / encryption 3des / hash md5 / group 2',
  ]);
  const modern = [proposal('ESP', 'AES_CBC_256 AUTH_HMAC_SHA2_256_128 NO_ESN')];
  expect(proposalLines(modern, 'child', undefined, 1)).toEqual([
    'ipsec.conf (libreswan, Openswan): phase2alg=aes256-sha2_256',
    'swanctl.conf (strongSwan): esp_proposals = aes256-sha256',
  ]);
});

it.each([
  ['10.1.0.0/16', 'leftsubnet=10.1.0.0/16'],
  ['10.1.0.0/16[icmp]', 'leftsubnet=10.1.0.0/16 leftprotoport=icmp'],
  ['10.1.0.0/16[tcp/80], 10.2.0.0/16[tcp/80]', 'leftsubnet=10.1.0.0/16,10.2.0.0/16 leftprotoport=tcp/80'],
  ['10.1.0.0/16[tcp], 10.1.0.0/16[udp]', 'leftsubnet=10.1.0.0/16'],
])('selectors %s are %s of ipsec.conf', (selectors, wanted) => expect(ipsecSubnet('left', selectors)).toBe(wanted));
