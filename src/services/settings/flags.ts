import type { Secret } from '../../bytes/secret.js';

/** Secrets out of a gateway's own files: of a connection named with `--conn`, no flag gives them. */
export interface HeldSecrets {
  readonly psk?: Secret;
  /** Of the private key. */
  readonly passphrase?: Secret;
  /** Users of EAP and XAuth; a client is the first. */
  readonly eapUsers?: readonly HeldUser[];
  readonly xauthUsers?: readonly HeldUser[];
  readonly ppk?: Secret;
}

export interface HeldUser {
  readonly name: string;
  readonly password: Secret;
}

/**
 * Flags that say what a test tunnel is to be like, as commander gives them: the same for `probe peer`, `probe loopback` and `serve`.
 * `from-flags.ts` makes the engine's settings of them.
 */
export interface TunnelFlags {
  readonly ikev1?: boolean;
  /** IKEv1 in aggressive mode. */
  readonly aggressive?: boolean;
  readonly xauthUser?: string;
  readonly xauthPasswordFile?: string;
  /** Of XAuth: the gateway alone proves itself by a key. */
  readonly hybrid?: boolean;
  /** IKEv1: who begins with addresses. */
  readonly modeConfig?: 'pull' | 'push';
  /** IKEv1: documents of NAT traversal, `rfc3947,draft-02`. */
  readonly natT?: string;
  readonly ike?: string;
  readonly esp?: string;
  readonly ah?: string;
  readonly id?: string;
  readonly peerId?: string;
  readonly psk?: string;
  readonly pskFile?: string;
  readonly pskPrompt?: boolean;
  readonly cert: readonly string[];
  readonly key?: string;
  readonly ca: readonly string[];
  readonly crl: readonly string[];
  /** Public keys of the peer, trusted as they are: files, or words of ipsec.conf (`0sAwEAAc…`). */
  readonly peerKey?: readonly string[];
  readonly nullAuth?: boolean;
  readonly signature?: 'classic' | 'pkcs1' | 'pss';
  readonly eapUser?: string;
  readonly eapPasswordFile?: string;
  readonly eapMethod: readonly string[];
  readonly localTs: readonly string[];
  readonly remoteTs: readonly string[];
  readonly transportMode?: boolean;
  readonly virtualIp?: boolean;
  /** `true`: the groups of the IKE SA. */
  readonly pfs?: string | true;
  readonly esn?: boolean;
  readonly ipcomp?: boolean;
  /** Seconds. */
  readonly ikeLifetime?: string;
  readonly lifetime?: string;
  /** Kilobytes; IKEv1. */
  readonly lifebytes?: string;
  /** IKEv1, responder. */
  readonly commitBit?: boolean;
  /** `--no-child` makes it false. */
  readonly child: boolean;
  readonly forceEncap?: boolean;
  readonly mobike?: boolean;
  readonly fragmentSize?: string;
  readonly ppkId?: string;
  readonly ppkFile?: string;
  readonly ppkOptional?: boolean;
  readonly held?: HeldSecrets;
}

/** What `serve` has besides. */
export interface PoolFlags {
  readonly xauthType?: 'generic' | 'chap';
  readonly pool: readonly string[];
  readonly dns: readonly string[];
  readonly subnet: readonly string[];
}
