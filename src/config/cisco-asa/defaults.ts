import { olderThan } from '../versions.js';
import type { CiscoPlatform } from './statement.js';

/** What is in force where a running-config says nothing. */
export interface CiscoDefaults {
  /** Of an IKEv1 policy. */
  readonly auth: 'psk' | 'pubkey';
  readonly encryption: string;
  readonly hash: string;
  readonly group: number;
  /** Seconds. */
  readonly ikeLifetime: number;
  readonly childLifetime: number;
  /** Of `set pfs` without a group. */
  readonly pfsGroup: number;
  /** In force where a tunnel names none: IOS since 12.4(20)T. */
  readonly transformSets: readonly string[];
  /** Policies in force where none is written: the same. */
  readonly policies: readonly { readonly proposal: string; readonly auth: 'psk' | 'pubkey' }[];
  /** What IKEv2 offers where no policy names a proposal. */
  readonly ikev2Proposals: readonly string[];
  readonly ikev2: { readonly encryption: string; readonly integrity: string; readonly group: number };
}

/**
 * Sources: ASA command reference ("crypto isakmp policy", "crypto ikev2 policy", "crypto map set pfs", "crypto ipsec security-association
 * lifetime"), release notes of 9.13 (group 14); IOS security command reference of the same commands, "crypto isakmp default policy",
 * "crypto ipsec default transform-set", "crypto ikev2 proposal" (default), and that of IOS XE 17.
 */
export function ciscoDefaults(platform: CiscoPlatform, version: string | undefined): CiscoDefaults {
  if (platform === 'ios')
    return {
      auth: 'pubkey',
      encryption: 'des',
      hash: 'sha1',
      group: 1,
      ikeLifetime: 86_400,
      childLifetime: 3600,
      pfsGroup: 1,
      transformSets: olderThan(version, '15.0') ? [] : ['aes128-sha1', '3des-sha1'],
      policies: olderThan(version, '15.0')
        ? []
        : ['aes128-sha1-modp1536', 'aes128-md5-modp1536', '3des-sha1-modp1024', '3des-md5-modp1024'].flatMap((proposal) => [
            { proposal, auth: 'pubkey' },
            { proposal, auth: 'psk' },
          ]),
      ikev2Proposals: [
        olderThan(version, '16.0')
          ? 'aes256-aes192-aes128-sha512-sha384-sha256-sha1-md5-modp1536-modp1024'
          : 'aes256-sha512-sha384-ecp256-modp2048-ecp521',
      ],
      ikev2: { encryption: 'aes256', integrity: 'sha512', group: 5 },
    };
  const old = olderThan(version, '9.13');
  // PIX 6.3 command reference, "isakmp policy": DES, SHA, RSA signatures, group 1.
  const pix = olderThan(version, '7.0');
  return {
    auth: pix ? 'pubkey' : 'psk',
    encryption: pix ? 'des' : '3des',
    hash: 'sha1',
    group: pix ? 1 : old || version === undefined ? 2 : 14,
    ikeLifetime: 86_400,
    childLifetime: 28_800,
    pfsGroup: pix ? 1 : old || version === undefined ? 2 : 14,
    transformSets: [],
    policies: [],
    ikev2Proposals: [],
    ikev2: { encryption: '3des', integrity: 'sha1', group: 2 },
  };
}
