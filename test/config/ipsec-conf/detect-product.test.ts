import { describe, expect, it } from 'vitest';
import { detectProduct } from '../../../src/config/ipsec-conf/detect-product.js';

describe('detectProduct', () => {
  it.each([
    ['config setup\n\tcharondebug="ike 2"\n', 'strongswan', true],
    ['conn a\n\tike=aes128-sha256-modp2048!\n', 'strongswan', true],
    ['ca x\n\tcacert=a.pem\n', 'strongswan', true],
    ['conn a\n\tleftfirewall=yes\n', 'strongswan', true],
    ['version 2.0\nconfig setup\n\tnat_traversal=yes\n\toe=off\n', 'openswan', true],
    ['config setup\n\tlogfile=/var/log/pluto.log\n\tikev1-policy=accept\n', 'libreswan', true],
    ['config setup\n\tvirtual_private=%v4:10.0.0.0/8\n\tlogfile=x\n\tdnssec-enable=yes\n', 'libreswan', false],
    ['conn a\n\tleft=1.1.1.1\n', 'libreswan', false],
    ['# charondebug is not set here\n', 'libreswan', false],
    ['', 'libreswan', false],
    ['conn a\n\tphase2alg=aes256-sha1\n\tsalifetime=8h\n\tforceencaps=yes\n', 'libreswan', false],
    ['config setup\n\tprotostack=netkey\nconn a\n\tike=aes256-sha1;dh14\n', 'libreswan', true],
  ] as const)('%j', (text, product, sure) => {
    expect(detectProduct(text)).toEqual({ product, sure });
  });

  it.each([
    ['conn a\n\toe=off\n', '3.29', 'libreswan'],
    ['conn a\n\toe=off\n', '2.6.37', 'openswan'],
    ['conn a\n\tleft=1.1.1.1\n', '2.6.37', 'openswan'],
    ['conn a\n\tleftfirewall=yes\n', '5.9.8', 'strongswan'],
  ] as const)('%j of version %s', (text, version, product) => {
    expect(detectProduct(text, version).product).toBe(product);
  });
});
