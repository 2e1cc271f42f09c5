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
  readonly ikev2: { readonly encryption: string; readonly integrity: string; readonly group: number };
}

/**
 * Sources: ASA command reference ("crypto isakmp policy", "crypto ikev2 policy", "crypto map set pfs", "crypto ipsec security-association
 * lifetime"), release notes of 9.13 (group 14); IOS security command reference of the same commands.
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
      ikev2: { encryption: 'aes256', integrity: 'sha512', group: 5 },
    };
  const old = olderThan(version, '9.13');
  return {
    auth: 'psk',
    encryption: '3des',
    hash: 'sha1',
    group: old || version === undefined ? 2 : 14,
    ikeLifetime: 86_400,
    childLifetime: 28_800,
    pfsGroup: old || version === undefined ? 2 : 14,
    ikev2: { encryption: '3des', integrity: 'sha1', group: 2 },
  };
}
