import { describe, expect, it } from 'vitest';
import { espLines, ikeLines, offerText, suitesOf } from '../../src/config/offers.js';
import type { ProposalFacts, TransformFacts } from '../../src/model/ike-session.js';
import { INIT, MAIN, proposal, session, transform, V1_OLD_SUITE, V1_SUITE, V2_SUITE } from '../support/facts.js';

const v1 = session(MAIN);
const v2 = session(INIT);
const ike = (of: typeof v1, ...proposals: ProposalFacts[]) => ikeLines(of, suitesOf(proposals));
const esp = (of: typeof v1, ...transforms: TransformFacts[]) => espLines(of, suitesOf([proposal(...transforms)]));

describe('lines for the other end', () => {
  it('IKEv1, the old suite', () => {
    expect(ike(v1, V1_OLD_SUITE)).toEqual([
      'ipsec.conf (libreswan, Openswan): ike=3des-md5;modp1024',
      'swanctl.conf (strongSwan): proposals = 3des-md5-modp1024',
      'Cisco ASA: crypto ikev1 policy 10 / authentication pre-share / encryption 3des / hash md5 / group 2',
    ]);
  });

  it('no line for an ASA that has no SHA2 in IKEv1', () => {
    expect(ike(v1, V1_SUITE)).toEqual([
      'ipsec.conf (libreswan, Openswan): ike=aes256-sha2_256;modp2048',
      'swanctl.conf (strongSwan): proposals = aes256-sha256-modp2048',
    ]);
  });

  it('AH, and no combined modes for an ASA in IKEv1', () => {
    expect(esp(v1, transform('INTEG', 5, 'AUTH_HMAC_SHA2_256_128'), transform('KE', 14, 'MODP_2048'))).toEqual([
      'ipsec.conf (libreswan, Openswan): phase2=ah phase2alg=sha2_256;modp2048',
      'swanctl.conf (strongSwan): ah_proposals = sha256-modp2048',
    ]);
    expect(esp(v1, transform('ENCR', 20, 'AES_GCM_16_256', 256)).join()).not.toContain('ASA');
    expect(esp(v2, transform('ENCR', 20, 'AES_GCM_16_256', 256)).join()).toContain('Cisco ASA: crypto ipsec ikev2');
    expect(esp(v1, transform('ENCR', 250, 'NOBODYS'), transform('INTEG', 2, 'AUTH_HMAC_SHA1_96'))).toEqual([]);
  });

  it('IKEv2 takes the first of each set', () => {
    const many = proposal(...V2_SUITE.transforms, transform('ENCR', 3, '3DES'), transform('KE', 2, 'MODP_1024'));
    expect(ike(v2, many)[1]).toBe('swanctl.conf (strongSwan): proposals = aes256-sha256-modp2048');
  });

  it('additional key exchanges, the first of each place; none for an ASA', () => {
    const further = [
      transform('ADDKE1', 36, 'KE1_ML_KEM_768'),
      transform('ADDKE1', 35, 'KE1_ML_KEM_512'),
      transform('ADDKE2', 0, 'KE2_NONE'),
      transform('ADDKE3', 20, 'KE3_ECP_384'),
    ];
    expect(ike(v2, proposal(...V2_SUITE.transforms, ...further))).toEqual([
      'ipsec.conf (libreswan, Openswan): ike=aes256-sha2_256;modp2048;addke1=ml_kem_768;addke3=dh20',
      'swanctl.conf (strongSwan): proposals = aes256-sha256-modp2048-ke1_mlkem768-ke3_ecp384',
    ]);
    const [libreswan, strongswan] = esp(v2, transform('ENCR', 20, 'AES_GCM_16_256', 256), transform('KE', 31, 'CURVE25519'), ...further);
    expect(libreswan).toBe('ipsec.conf (libreswan, Openswan): esp=aes_gcm256;dh31;addke1=ml_kem_768;addke3=dh20');
    expect(strongswan).toBe('swanctl.conf (strongSwan): esp_proposals = aes256gcm16-curve25519-ke1_mlkem768-ke3_ecp384');
  });

  it('IKEv2 with a combined mode', () => {
    const gcm = proposal(
      transform('ENCR', 20, 'AES_GCM_16_256', 256),
      transform('PRF', 5, 'PRF_HMAC_SHA2_256'),
      transform('KE', 19, 'ECP_256'),
    );
    expect(ike(v2, gcm)).toEqual([
      'ipsec.conf (libreswan, Openswan): ike=aes_gcm256-sha2_256;dh19',
      'swanctl.conf (strongSwan): proposals = aes256gcm16-prfsha256-ecp256',
      'Cisco ASA: crypto ikev2 policy 10 / encryption aes-gcm-256 / integrity null / prf sha256 / group 19',
    ]);
  });

  it('ESP of IKEv1 and of IKEv2', () => {
    expect(esp(v1, transform('ENCR', 12, 'AES_128', 128), transform('INTEG', 2, 'HMAC_SHA1'))).toEqual([
      'ipsec.conf (libreswan, Openswan): phase2alg=aes128-sha1',
      'swanctl.conf (strongSwan): esp_proposals = aes128-sha1',
      'Cisco ASA: crypto ipsec ikev1 transform-set VPN esp-aes esp-sha-hmac',
    ]);
    expect(esp(v2, transform('ENCR', 12, 'AES_CBC_256', 256), transform('INTEG', 12, 'AUTH_HMAC_SHA2_256_128'))[2]).toBe(
      'Cisco ASA: crypto ipsec ikev2 ipsec-proposal VPN / protocol esp encryption aes-256 / protocol esp integrity sha-256',
    );
  });

  it('nothing rather than a wrong line', () => {
    expect(ike(v2, proposal(transform('ENCR', 9999, 'unknown'), transform('KE', 14, 'MODP_2048')))).toEqual([]);
    expect(ike(v2)).toEqual([]);
    expect(esp(v2)).toEqual([]);
  });
});

describe('offerText', () => {
  it('names what is negotiated and nothing else, at most six', () => {
    const one = proposal(transform('ENCR', 5, '3DES_CBC'), transform('LIFE', 1, '86400 s'));
    expect(offerText([one])).toBe('3DES_CBC');
    expect(offerText(Array.from({ length: 8 }, () => one))).toMatch(/; and 2 more$/);
    expect(offerText([])).toContain('does not show');
  });
});
