import type { KeyObject, X509Certificate } from 'node:crypto';
import type { Secret } from '../../bytes/secret.js';
import type { Id } from '../../wire/ike/payloads/id.js';
import type { Proposal } from '../../wire/ike/payloads/sa.js';
import type { AddressSelector } from '../../wire/ike/payloads/ts.js';
import type { EapClient, EapServer } from '../eap/settings.js';
import type { Path } from '../step.js';

/** How we prove who we are. */
export type LocalAuth =
  | { readonly method: 'psk'; readonly secret: Secret }
  | {
      readonly method: 'signature';
      readonly key: KeyObject;
      /** Our own first, then intermediates; DER. Empty with a raw public key. */
      readonly certificates: readonly Uint8Array[];
      /** Send a raw public key instead of a certificate (RFC 7670). */
      readonly raw?: boolean;
      /** `classic`: the methods of RFC 7296 and RFC 4754 even where the peer knows RFC 7427. `pss`: RSASSA-PSS. Default: what fits key and peer. */
      readonly scheme?: 'classic' | 'pkcs1' | 'pss';
    }
  | { readonly method: 'eap'; readonly eap: EapClient }
  | { readonly method: 'null' };

/** What the peer must show. Any of the methods given will do. */
export interface RemoteAuth {
  /** Identities to accept; none: whatever it calls itself. */
  readonly ids: readonly Id[];
  /** Pre-shared keys by identity; without `id` for everybody. */
  readonly secrets: readonly { readonly id?: Id; readonly secret: Secret }[];
  readonly authorities: readonly X509Certificate[];
  /** Certificates that may help to build the path. */
  readonly intermediates: readonly X509Certificate[];
  /** DER. */
  readonly revocationLists: readonly Uint8Array[];
  /** Public keys trusted as they are. */
  readonly rawKeys: readonly KeyObject[];
  readonly eap?: EapServer;
  readonly allowNull: boolean;
  /**
   * A probe looks even where it cannot judge: without anything to check the peer's AUTH against it goes on and says so.
   * Never the default of a responder.
   */
  readonly acceptUnverified: boolean;
}

export interface ChildSettings {
  /** ESP or AH, in order of preference; SPIs are filled in. With PFS a KE transform stands in them. */
  readonly proposals: readonly Proposal[];
  readonly localSelectors: readonly AddressSelector[];
  readonly remoteSelectors: readonly AddressSelector[];
  readonly mode: 'tunnel' | 'transport';
  readonly compress: boolean;
  /** IKEv1: AH around what `proposals` offer of ESP. */
  readonly ah?: readonly Proposal[];
  /** IKEv1: lifetime in kilobytes, besides that in seconds. */
  readonly kilobytes?: number;
}

/** Addresses and the like (RFC 7296 §3.15). */
export interface ConfigurationRequest {
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  readonly dns: boolean;
  readonly subnets: boolean;
}

export interface ConfigurationPool {
  /** First address and how many; IPv4 or IPv6. */
  readonly pools: readonly { readonly first: string; readonly count: number }[];
  readonly dns: readonly string[];
  /** CIDR. */
  readonly subnets: readonly string[];
}

/** Everything one IKE SA is told; what stands for the peer's sake is what both ends must agree on. */
export interface IkeSettings {
  readonly ikeProposals: readonly Proposal[];
  /** Sent as IDi or IDr. Absent: our address, or what the certificate says. */
  readonly localId?: Id;
  /** Initiator: asks for this identity with IDr. */
  readonly askedId?: Id;
  readonly localAuth: LocalAuth;
  readonly remoteAuth: RemoteAuth;
  /** Absent: childless (RFC 6023). */
  readonly child?: ChildSettings;
  /** Initiator asks, responder gives. */
  readonly request?: ConfigurationRequest;
  readonly pool?: ConfigurationPool;
  /** `force`: NAT detection says there is one, so that ESP goes in UDP. `never`: raw ESP even when it would need encapsulation. */
  readonly encapsulation: 'auto' | 'force' | 'never';
  /** Ways to the peer: where we begin, and where we go when there is a NAT. `tcp` alone for RFC 9329. */
  readonly paths: { readonly ike?: Path; readonly natt?: Path; readonly tcp?: Path };
  /** Send IKE in fragments above this many bytes of IP packet (RFC 7383); 0: never. */
  readonly fragmentSize: number;
  readonly mobike: boolean;
  /**
   * Initiator: tells the peer to drop what it still has of our identity (INITIAL_CONTACT, RFC 7296 §2.4). Never by default: a probe
   * must not cut the tunnel it looks at.
   */
  readonly initialContact?: boolean;
  /** Postquantum preshared key (RFC 8784). */
  readonly ppk?: { readonly id: string; readonly secret: Secret; readonly mandatory: boolean };
  /** Bytes of vendor ids to send. */
  readonly vendorIds: readonly Uint8Array[];
  /** Retransmission: first wait in ms, factor, number of sendings in all. */
  readonly retransmit: { readonly first: number; readonly factor: number; readonly tries: number };
  /** Seconds; 0: never by ourselves. */
  readonly lifetimes: { readonly ike: number; readonly child: number };
  /** Liveness check after this many seconds of silence; 0: never by ourselves. */
  readonly dpdDelay: number;
}
