import { atLeast, olderThan } from '../versions.js';
import type { Product } from './config-end.js';

/** What a product adds where a proposal leaves something out. IKEv2's numbers. */
export interface Fillers {
  readonly ciphers: readonly { readonly id: number; readonly keyLength?: number }[];
  /** Lengths of AES without one. */
  readonly keyLengths: readonly number[];
  readonly hashes: readonly number[];
  readonly groups: readonly number[];
}

type Use = 'ike' | 'esp';
type Version = 'ikev1' | 'ikev2';

/**
 * Proposals in force where a connection names none, best first, in the language of `parseProposal`.
 * Sources: Openswan 2.6 `spdb_struct.c`/`alg_info.c`; libreswan ipsec.conf(5) "ike", "esp" and CHANGES (3.19, 3.30, 4.0: no SHA1 and
 * no MODP 1536 in IKEv2); strongSwan `proposal.c` of 5.9 and NEWS 5.6.1; racoon.conf(5) has none; isakmpd.conf(5) "Default-main-mode",
 * "Default-quick-mode". ASA and IOS offer what their policies say and nothing else.
 */
export function defaultOffers(product: Product, version: string | undefined, use: Use, ike: Version): readonly string[] {
  switch (product) {
    case 'openswan':
      return use === 'ike'
        ? [
            'aes128-sha1-modp1536',
            'aes128-md5-modp1536',
            '3des-sha1-modp1536',
            '3des-md5-modp1536',
            '3des-sha1-modp1024',
            '3des-md5-modp1024',
          ]
        : ['aes128-sha1', 'aes128-md5', '3des-sha1', '3des-md5'];
    case 'libreswan':
      return libreswan(version, use, ike);
    case 'strongswan':
      return use === 'ike'
        ? [
            'aes128-aes192-aes256-sha256-sha384-sha512-sha1-aesxcbc-ecp256-ecp384-ecp521-curve25519-modp3072-modp4096-modp8192-modp2048',
            ...(ike === 'ikev2'
              ? [
                  'aes128gcm16-aes192gcm16-aes256gcm16-chacha20poly1305-prfsha256-prfsha384-prfsha512-prfsha1-ecp256-ecp384-ecp521-curve25519-modp3072-modp4096-modp8192-modp2048',
                ]
              : []),
          ]
        : ['aes128gcm16-aes192gcm16-aes256gcm16', 'aes128-aes192-aes256-sha256-sha384-sha512-sha1-aesxcbc'];
    case 'isakmpd':
      return use === 'ike' ? ['aes128-sha1-modp1024', '3des-sha1-modp1024'] : ['aes128-sha1', '3des-sha1'];
    case 'asa':
    case 'ios':
    case 'racoon':
    case 'openvpn':
      return [];
  }
}

function libreswan(version: string | undefined, use: Use, ike: Version): readonly string[] {
  const old = olderThan(version, '3.30');
  if (use === 'esp')
    return ike === 'ikev2'
      ? ['aes256gcm16-aes128gcm16-chacha20poly1305', 'aes256-aes128-sha512-sha256', ...(old ? ['aes256-aes128-sha1'] : [])]
      : ['aes256gcm16-aes128gcm16', 'aes256-aes128-sha256-sha512-sha1', ...(olderThan(version, '4.0') ? ['3des-sha1'] : [])];
  if (ike === 'ikev2') {
    const groups = `ecp256-ecp384-ecp521-curve25519-modp2048-modp3072-modp4096-modp8192${old ? '-modp1536' : ''}`;
    return [
      `aes256gcm16-aes128gcm16-chacha20poly1305-prfsha512-prfsha256-${groups}`,
      `aes256-aes128-sha512-sha256${old ? '-sha1' : ''}-${groups}`,
    ];
  }
  return ['aes256-aes128-sha256-sha512-sha1-modp2048-modp1536', ...(olderThan(version, '4.0') ? ['3des-sha1-modp2048-modp1536'] : [])];
}

const AES256 = { id: 12, keyLength: 256 };
const AES128 = { id: 12, keyLength: 128 };

/** What is added to a proposal that says only part of it. Same sources. */
export function fillers(product: Product, version: string | undefined, use: Use, ike: Version): Fillers {
  switch (product) {
    case 'openswan':
      return { ciphers: [AES128, { id: 3 }], keyLengths: [128], hashes: [1, 2], groups: [5, 2] };
    case 'libreswan': {
      const old = olderThan(version, '3.30');
      return ike === 'ikev2'
        ? {
            ciphers: [AES256, AES128],
            keyLengths: [256, 128],
            hashes: old ? [14, 12, 2] : [14, 12],
            groups: [14, 15, 16, 18, 19, 20, 21, 31],
          }
        : { ciphers: [AES256, AES128], keyLengths: [256, 128], hashes: [12, 14, 2], groups: [14, 5] };
    }
    case 'strongswan':
      return {
        ciphers: [AES128],
        keyLengths: [128],
        hashes: use === 'esp' && !atLeast(version, '6.0') ? [2, 5] : [12, 13, 14],
        groups: [],
      };
    case 'isakmpd':
      return { ciphers: [AES128], keyLengths: [128], hashes: [2], groups: use === 'ike' ? [2] : [] };
    case 'asa':
    case 'ios':
    case 'racoon':
    case 'openvpn':
      return { ciphers: [], keyLengths: [128], hashes: [], groups: [] };
  }
}
