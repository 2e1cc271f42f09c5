import type { Sourced, SourcedProposal } from '../../model/connection.js';
import type { AccessLists } from './access-lists.js';
import type { Authentication } from './authentication.js';
import type { AppliedMap, CryptoMapEntry } from './crypto-maps.js';
import type { CiscoDefaults } from './defaults.js';
import type { IkeProfile } from './ike-profiles.js';
import type { Interfaces } from './interfaces.js';
import type { NatRules } from './nat-exemption.js';
import type { NetworkObjects } from './objects.js';
import type { Phase1 } from './phase1.js';
import type { TransformSet } from './phase2.js';
import type { CiscoPlatform, CiscoStatement } from './statement.js';

/** Everything of a running-config that a tunnel refers to. */
export interface CiscoParts {
  readonly platform: CiscoPlatform;
  /** PIX 6: no tunnel-groups, keys by address; `isakmp …` without `crypto`. */
  readonly oldPix: boolean;
  /** What IKEv1 is called: `isakmp` before ASA 8.4. */
  readonly ikev1Word: 'isakmp' | 'ikev1';
  readonly objects: NetworkObjects;
  readonly lists: AccessLists;
  readonly phase1: Phase1;
  readonly transformSets: ReadonlyMap<string, TransformSet>;
  readonly ipsecProposals: ReadonlyMap<string, SourcedProposal>;
  readonly authentication: Authentication;
  /** By `ikev2 NAME` and `isakmp NAME`. */
  readonly ikeProfiles: ReadonlyMap<string, IkeProfile>;
  /** By the kind of the profiles that name them: `ikev2 NAME`, `isakmp NAME`. */
  readonly keyrings: ReadonlySet<string>;
  /** `crypto ipsec profile`, by name. */
  readonly ipsecProfiles: ReadonlyMap<string, CiscoStatement>;
  readonly interfaces: Interfaces;
  readonly applied: readonly AppliedMap[];
  readonly entries: readonly CryptoMapEntry[];
  readonly nat: NatRules;
  readonly defaults: CiscoDefaults;
  /** Settings of the whole box, by command: `crypto isakmp nat-traversal`, `crypto isakmp identity` … */
  readonly global: GlobalSettings;
  readonly groupPolicies: ReadonlyMap<string, readonly Sourced<readonly string[]>[]>;
}

export interface GlobalSettings {
  readonly natTraversal: Sourced<boolean>;
  /** `hostname`, `key-id NAME`; absent: by address. */
  readonly identity?: Sourced<string>;
  readonly childLifetime?: Sourced<number>;
  /** IOS: `crypto isakmp keepalive 10`. */
  readonly keepalive?: Sourced<string>;
  /** Interfaces with `crypto ikev1|ikev2|isakmp enable`. */
  readonly enabled: readonly { readonly version: 'ikev1' | 'ikev2'; readonly interface: Sourced<string> }[];
}
