/** A value of a configuration with the place it comes from. `line` 0: it stands nowhere, it is the product's default. */
export interface Sourced<T> {
  readonly value: T;
  readonly file: string;
  readonly line: number;
}

/** Whose configuration language it is; defaults differ between them and their versions. */
export type ConfigDialect = 'openswan' | 'libreswan' | 'stroke' | 'swanctl' | 'racoon' | 'isakmpd' | 'cisco-asa' | 'openvpn';

export type ConnectionAuth = 'psk' | 'pubkey' | 'rsa-raw' | 'xauth' | 'eap' | 'null' | 'never' | 'static-key';

/** One end of a tunnel as its own configuration describes it. */
export interface ConnectionEnd {
  /** IP addresses, names, `%any`, `%defaultroute`, in the order given. */
  readonly addresses: readonly Sourced<string>[];
  /** Identity as written; absent when it follows from address or certificate. */
  readonly id?: Sourced<string>;
  readonly auth: readonly Sourced<ConnectionAuth>[];
  /** File or nickname of the certificate. */
  readonly certificate?: Sourced<string>;
  /** Raw public key as written. */
  readonly publicKey?: Sourced<string>;
  /** CIDR; empty for the address itself. */
  readonly subnets: readonly Sourced<string>[];
  /** leftsourceip, vips: the address of the gateway's own traffic in the tunnel. */
  readonly sourceIp?: Sourced<string>;
  /** leftprotoport as written. */
  readonly protoPort?: Sourced<string>;
}

/**
 * A proposal as written; where a language gives each algorithm a line of its own (Cisco, racoon, isakmpd), put into words:
 * `3des-md5-modp1024`.
 */
export interface SourcedProposal extends Sourced<string> {
  /** The lines of its algorithms, as written, where they have some of their own. */
  readonly parts?: readonly Sourced<string>[];
  /** How the peers prove themselves, where that is part of the proposal (Cisco, racoon). */
  readonly auth?: Sourced<ConnectionAuth>;
  /** Seconds, where each proposal has its own. */
  readonly lifetime?: Sourced<number>;
  /** `ikev1` or `ikev2`, where the language keeps the two apart; absent: for either. */
  readonly ikeVersion?: 'ikev1' | 'ikev2';
}

/** One pair of networks that goes through the tunnel, in a language that names them in pairs (access lists). */
export interface SelectorPair {
  /** CIDR. */
  readonly local: Sourced<string>;
  readonly remote: Sourced<string>;
  /** `tcp/80`, `tcp`; absent: any. */
  readonly localPort?: Sourced<string>;
  readonly remotePort?: Sourced<string>;
}

/** A tunnel configuration, normalised: local and remote instead of left and right. */
export interface Connection {
  readonly name: string;
  readonly dialect: ConfigDialect;
  readonly file: string;
  readonly line: number;
  /** `unsure`: which side is ours could not be told from this host's addresses. */
  readonly side: 'known' | 'unsure';
  /** The side taken for ours, where the language has left and right: keys in `other` keep their prefix. */
  readonly localSide?: 'left' | 'right';
  readonly local: ConnectionEnd;
  readonly remote: ConnectionEnd;
  readonly ikeVersion: Sourced<'ikev1' | 'ikev2' | 'any'>;
  readonly aggressive: Sourced<boolean>;
  readonly mode: Sourced<'tunnel' | 'transport' | 'pass' | 'drop' | 'reject'>;
  readonly protocol: Sourced<'esp' | 'ah'>;
  /** Proposals as written, one entry each; empty when the product's defaults are in force. */
  readonly ikeProposals: readonly SourcedProposal[];
  readonly espProposals: readonly SourcedProposal[];
  /** Which networks go together; absent: every local one with every remote one. */
  readonly selectorPairs?: readonly SelectorPair[];
  /** Where `selectorPairs` is the share that one connection of the other end has in them: the rest. */
  readonly otherPairs?: readonly SelectorPair[];
  readonly pfs: Sourced<boolean>;
  /** Seconds. */
  readonly ikeLifetime?: Sourced<number>;
  readonly childLifetime?: Sourced<number>;
  /** Forced UDP encapsulation. */
  readonly forceEncapsulation: Sourced<boolean>;
  /** NAT traversal, where it can be switched off. */
  readonly natTraversal?: Sourced<boolean>;
  readonly compress: Sourced<boolean>;
  /** add, start, route/ondemand, ignore … as the product calls it. */
  readonly auto: Sourced<string>;
  /** Everything else, by keyword as written: kept and never dropped. */
  readonly other: readonly { readonly key: string; readonly value: Sourced<string> }[];
}

/** Something in a configuration that is wrong, unknown or obsolete, with its place. */
export interface ConfigRemark {
  readonly file: string;
  readonly line: number;
  readonly severity: 'error' | 'warning' | 'info';
  /** `unknown-keyword`, `obsolete-keyword`, `syntax`, `crlf`, `indentation`, `missing-include` … */
  readonly code: string;
  readonly text: string;
  /** The corrected line, where there is one. */
  readonly fix?: string;
  /** Where that line stands, where it is another than that of the remark. */
  readonly fixLine?: number;
  /** What it is about, where a remark is on one connection: its name. */
  readonly connection?: string;
}
