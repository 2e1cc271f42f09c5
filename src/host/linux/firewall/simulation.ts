import type { FirewallChain, FirewallRule, FirewallTable, Hook, NatKind } from './firewall.js';

/** A packet whose way through the rules is asked for. What is left out is not known, and rules that ask for it may hold or not. */
export interface Packet {
  readonly family: 'ip' | 'ip6';
  /** To this host, from it, or through it. */
  readonly path: 'input' | 'output' | 'forward';
  readonly iif?: string;
  readonly oif?: string;
  /** An address, or a prefix or range: then the verdict is about all of it. */
  readonly source?: string;
  readonly destination?: string;
  readonly protocol?: number;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly icmpType?: number;
  /** Default `new`. */
  readonly ctState?: 'new' | 'established' | 'related' | 'invalid' | 'untracked';
  /** Default 0. */
  readonly mark?: number;
  /** It came out of an SA. Default no. */
  readonly ipsecIn?: boolean;
  /** It will go into an SA. Default no. */
  readonly ipsecOut?: boolean;
  readonly reqid?: number;
  /** Of that SA, as the configuration has it. */
  readonly sa?: { readonly protocol: 'esp' | 'ah'; readonly mode: 'tunnel' | 'transport' };
}

/** Where a rule stands. Without `rule` it is the policy of the chain that speaks. */
export interface RulePlace {
  readonly table: FirewallTable;
  readonly chain: FirewallChain;
  readonly rule?: FirewallRule;
}

/** A rule that may or may not take the packet, and what it would do. */
export interface Uncertainty {
  readonly place: RulePlace;
  readonly verdict: 'accept' | 'drop';
  /** What is not known: `rate limit`, `set blocked`. */
  readonly why: string;
}

export interface NatHit {
  readonly kind: NatKind;
  readonly hook: Hook;
  readonly place: RulePlace;
  /** False: it may take the packet, see `why`. */
  readonly certain: boolean;
  readonly why?: string;
}

export interface Simulation {
  /** `depends`: on the rules in `uncertain`. A rejection is a `drop` that is told. */
  readonly verdict: 'accept' | 'drop' | 'depends';
  /** What becomes of it when none of the uncertain rules takes it. */
  readonly otherwise: 'accept' | 'drop';
  /** What stopped it; or the last rule or policy that let it pass; of `depends`, what speaks when none of the uncertain rules does. */
  readonly decidedBy?: RulePlace;
  /** Translation on the way; of a packet that is dropped before, what would come if it were not. */
  readonly nat: readonly NatHit[];
  readonly uncertain: readonly Uncertainty[];
  /** The MSS of TCP is clamped on the way; `maybe` where the rule may not take it. */
  readonly clamped: 'yes' | 'maybe' | 'no';
  /** The least number that it is clamped to for certain; absent where a rule goes by the path MTU. */
  readonly clampedTo?: number;
}
