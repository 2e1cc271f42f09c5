import { describe, expect, it } from 'vitest';
import { checkKeyword, findKeyword } from '../../../src/config/ipsec-conf/check-keywords.js';
import type { IpsecConfProduct, IpsecConfSection } from '../../../src/config/ipsec-conf/document.js';

function check(text: string, section: IpsecConfSection['kind'], product: IpsecConfProduct, version?: string) {
  const [key = '', value = ''] = text.split('=');
  return checkKeyword({ key, value: { value, file: 'f', line: 7 } }, section, product, version);
}

describe('checkKeyword', () => {
  it.each([
    // libreswan
    ['virtual_private=%v4:10.0.0.0/8', 'setup', 'libreswan', '3.8', undefined],
    ['virtual_private=%v4:10.0.0.0/8', 'setup', 'libreswan', '4.10', undefined],
    ['virtual_private=%v4:10.0.0.0/8', 'setup', 'libreswan', '5.3', 'warning obsolete-keyword'],
    ['nat_traversal=yes', 'setup', 'libreswan', '3.18', undefined],
    ['nat_traversal=yes', 'setup', 'libreswan', '3.32', 'warning obsolete-keyword'],
    ['nat_traversal=yes', 'setup', 'libreswan', '4.0', 'error removed-keyword'],
    ['nat_traversal=yes', 'setup', 'libreswan', undefined, 'warning removed-keyword'],
    ['oe=off', 'setup', 'libreswan', '4.10', 'error removed-keyword'],
    ['auth=esp', 'conn', 'libreswan', '3.18', undefined],
    ['auth=esp', 'conn', 'libreswan', '4.10', 'error removed-keyword'],
    ['auth=ah', 'conn', 'libreswan', undefined, 'warning removed-keyword'],
    ['auth=secret', 'conn', 'libreswan', '4.10', undefined],
    ['forceencaps=yes', 'conn', 'libreswan', '3.18', undefined],
    ['forceencaps=yes', 'conn', 'libreswan', '4.10', 'warning obsolete-keyword'],
    ['forceencaps=yes', 'conn', 'libreswan', '5.0', 'error removed-keyword'],
    ['dpdaction=restart', 'conn', 'libreswan', '4.10', undefined],
    ['dpdaction=restart', 'conn', 'libreswan', '5.0', 'warning obsolete-keyword'],
    ['ikev2=insist', 'conn', 'libreswan', '4.10', undefined],
    ['ikev2=insist', 'conn', 'libreswan', '5.0', 'warning deprecated-keyword'],
    ['ipsec-lifetime=1h', 'conn', 'libreswan', '4.7', 'error too-new-keyword'],
    ['LeftSubnet=10.0.0.0/8', 'conn', 'libreswan', '4.10', undefined],
    ['left-subnet=10.0.0.0/8', 'conn', 'libreswan', '5.0', undefined],
    ['x-note=hello', 'conn', 'libreswan', '5.0', undefined],
    ['protoport=udp/500', 'conn', 'libreswan', '5.0', 'error unknown-keyword'],
    ['authby=secret', 'setup', 'libreswan', '5.0', 'error unknown-keyword'],
    ['leftsubent=10.0.0.0/8', 'conn', 'libreswan', '5.0', 'error unknown-keyword'],
    ['charondebug=ike', 'setup', 'libreswan', '5.0', 'error unknown-keyword'],
    // Openswan
    ['nat_traversal=yes', 'setup', 'openswan', '2.6.37', undefined],
    ['leftfirewall=yes', 'conn', 'openswan', '2.6.37', 'warning obsolete-keyword'],
    ['ikev1=yes', 'conn', 'openswan', '2.6.37', 'error too-new-keyword'],
    ['encapsulation=yes', 'conn', 'openswan', '2.6.37', 'error unknown-keyword'],
    // strongSwan
    ['nat_traversal=yes', 'setup', 'strongswan', '5.9', 'warning obsolete-keyword'],
    ['pfs=yes', 'conn', 'strongswan', '5.9', 'warning obsolete-keyword'],
    ['leftsubnet=10.0.0.0/8', 'conn', 'strongswan', '5.9', undefined],
    ['LeftSubnet=10.0.0.0/8', 'conn', 'strongswan', '5.9', 'warning unknown-keyword'],
    ['constructor=1', 'conn', 'strongswan', '5.9', 'warning unknown-keyword'],
    ['__proto__=1', 'setup', 'libreswan', '5.0', 'error unknown-keyword'],
  ] as const)('%s in %s of %s %s: %s', (text, section, product, version, expected) => {
    const remark = check(text, section, product, version);
    expect(remark === undefined ? undefined : `${remark.severity} ${remark.code}`).toBe(expected);
    if (remark !== undefined) expect(remark).toMatchObject({ file: 'f', line: 7 });
  });

  it.each([
    ['virtual_private=%v4:10.0.0.0/8', 'setup', 'libreswan', '5.3', '\tvirtual-private=%v4:10.0.0.0/8'],
    ['forceencaps=yes', 'conn', 'libreswan', '5.0', '\tencapsulation=yes'],
    ['ikev2=no', 'conn', 'libreswan', '5.0', '\tkeyexchange=ikev1'],
    ['leftsubnetwithin=10.0.0.0/8', 'conn', 'libreswan', '4.0', '\tleftsubnet=10.0.0.0/8'],
    ['leftsubent=10.0.0.0/8', 'conn', 'libreswan', '5.0', '\tleftsubnet=10.0.0.0/8'],
    ['pfs=yes', 'conn', 'strongswan', '5.9', undefined],
  ] as const)('%s is mended', (text, section, product, version, fix) => {
    expect(check(text, section, product, version)?.fix).toBe(fix);
  });

  it('says where a keyword belongs, and whose it is', () => {
    expect(check('authby=secret', 'setup', 'libreswan')?.text).toContain('belong into config setup but into conn');
    expect(check('charondebug=ike', 'setup', 'libreswan')?.text).toContain('strongswan would');
  });
});

describe('findKeyword', () => {
  // The options sections of the manual pages, as far as the programme needs them; none may be unknown.
  it.each([
    [
      'libreswan',
      'conn',
      'left right leftid rightid leftsubnet leftsubnets leftsourceip leftcert leftrsasigkey leftckaid leftprotoport rekey auto also type authby ike esp phase2alg ah pfs ikelifetime salifetime ipsec-lifetime dpddelay dpdtimeout mark mark-in vti-interface ipsec-interface encapsulation keyexchange ikev2 aggressive compress narrowing mobike fragmentation',
    ],
    ['libreswan', 'setup', 'protostack virtual-private listen listen-tcp uniqueids plutodebug logfile ikev1-policy nssdir dumpdir'],
    [
      'openswan',
      'conn',
      'left leftid leftsubnet leftsubnets leftsourceip leftnexthop forceencaps phase2alg salifetime keylife dpdaction aggrmode connaddrfamily',
    ],
    ['openswan', 'setup', 'nat_traversal virtual_private oe protostack interfaces klipsdebug plutodebug nhelpers'],
    [
      'strongswan',
      'conn',
      'left leftid leftauth leftauth2 leftcert leftsubnet leftsourceip leftfirewall leftupdown keyexchange esp ike dpdaction closeaction reauth mark eap_identity',
    ],
    ['strongswan', 'setup', 'charondebug uniqueids strictcrlpolicy cachecrls'],
    ['strongswan', 'ca', 'cacert crluri ocspuri auto'],
  ] as const)('%s %s', (product, section, list) => {
    expect(list.split(' ').filter((key) => findKeyword(product, section, key) === undefined)).toEqual([]);
  });
});
