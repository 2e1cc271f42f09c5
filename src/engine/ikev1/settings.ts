import type { Secret } from '../../bytes/secret.js';
import type { IkeSettings } from '../ike/settings.js';
import type { NatMethodName } from './nat-methods.js';

/** A user of XAuth (draft-beaulieu-ike-xauth-02). */
export interface XauthUser {
  readonly name: string;
  readonly password: Secret;
}

/** What IKEv1 has besides. */
export interface Ikev1Options {
  /** How phase 1 is begun; a responder takes both. Aggressive mode offers one group, that of the first proposal. */
  readonly exchange: 'main' | 'aggressive';
  /** Initiator: who we are when the gateway asks after phase 1. */
  readonly xauth?: XauthUser;
  /** Initiator without a user: offers XAuth all the same. The gateway's question ends it, and gets no name (`xauth-required`). */
  readonly xauthUnnamed?: boolean;
  /** Who may come in: given, every peer is asked. */
  readonly xauthUsers?: readonly XauthUser[];
  /** How a user is asked: for the password, or for the answer to a challenge (CHAP). Default: generic. */
  readonly xauthType?: 'generic' | 'chap';
  /** Who begins with the address that the initiator wants or the responder's pool has: `push` is the responder. Default: pull. */
  readonly modeConfig?: 'pull' | 'push';
  /** Ways of NAT traversal that we announce or take. Default: RFC 3947 and the drafts 02 and 03; a responder takes 00 and 01 too. */
  readonly natMethods?: readonly NatMethodName[];
  /** With XAuth: the end that is asked shows nothing else, the other one signs; the latter takes XAuth behind signatures of both as well. */
  readonly hybrid?: boolean;
  /** Responder: the initiator of a quick mode has to wait until we say that our SAs are there (RFC 2408 §3.1). */
  readonly commitBit?: boolean;
}

/**
 * What one IKEv1 SA is told. Algorithms stand in the form of IKEv2 for both versions: of an IKE proposal ENCR, PRF (its hash is that of
 * phase 1) and KE count. What IKEv1 does not have is ignored: EAP, MOBIKE, postquantum keys, IKE over TCP.
 */
export interface Ikev1Settings extends IkeSettings, Ikev1Options {}
