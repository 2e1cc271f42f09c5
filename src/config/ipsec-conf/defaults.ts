import { olderThan } from '../versions.js';
import type { IpsecConfProduct } from './document.js';

/** What is in force where a connection says nothing. */
export interface IpsecConfDefaults {
  readonly ikeVersion: 'ikev1' | 'ikev2' | 'any';
  /** Seconds. */
  readonly ikeLifetime: number;
  readonly childLifetime: number;
  readonly auth: 'pubkey';
  /** `undefined`: it depends on the ESP proposals. */
  readonly pfs: boolean | undefined;
}

/**
 * Defaults by product and version; no version: its newest.
 * Sources: Openswan confread.c; libreswan CHANGES 3.28 (IKEv2), 4.2 (ikelifetime 1h to 8h); strongSwan confread.c, NEWS 6.0.2.
 */
export function defaultsOf(product: IpsecConfProduct, version: string | undefined): IpsecConfDefaults {
  switch (product) {
    case 'openswan':
      return { ikeVersion: 'any', ikeLifetime: 3600, childLifetime: 28_800, auth: 'pubkey', pfs: true };
    case 'libreswan':
      return {
        ikeVersion: olderThan(version, '3.28') ? 'any' : 'ikev2',
        ikeLifetime: olderThan(version, '4.2') ? 3600 : 28_800,
        childLifetime: 28_800,
        auth: 'pubkey',
        pfs: true,
      };
    case 'strongswan':
      return { ikeVersion: 'any', ikeLifetime: 10_800, childLifetime: 3600, auth: 'pubkey', pfs: undefined };
  }
}
