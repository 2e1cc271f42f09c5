import type { Hash } from '../../crypto/hash.js';
import type { RandomSource } from '../../crypto/random-source.js';
import type { Endpoint } from '../../model/endpoint.js';
import type { OutgoingPayload, PayloadNode } from '../../wire/ike/chain.js';
import { type NatVerdict, natHash } from '../ike/nat-hash.js';
import type { SaSpis } from '../ike/sa-id.js';
import type { Path } from '../step.js';
import { allOf, out } from './payloads.js';
import type { PeerFacts } from './peer-facts.js';
import type { Ikev1Settings } from './settings.js';

/**
 * The two NAT-D payloads of one end, the other's address first; none where the peer knows no NAT traversal. Where it is forced, our own
 * is one of nothing, so that the peer sees a NAT.
 */
export function natPayloads(
  hash: Hash,
  { spiI, spiR, settings }: SaSpis & { readonly settings: Ikev1Settings },
  { local, remote }: Path,
  { nat }: PeerFacts,
  random: RandomSource,
): readonly OutgoingPayload[] {
  if (nat === undefined || settings.encapsulation === 'never') return [];
  const of = (end: Endpoint) => natHash(hash, { spiI, spiR }, end);
  const own = settings.encapsulation === 'force' ? random(hash.length) : of(local);
  return [out.natD(of(remote), nat.natD), out.natD(own, nat.natD)];
}

/** Compares the peer's NAT-D payloads with the addresses that its message really had (RFC 3947 §3.2). */
export function judgeNat(
  hash: Hash,
  cookies: SaSpis,
  { local, remote }: Path,
  { nat }: PeerFacts,
  payloads: readonly PayloadNode[],
): NatVerdict {
  const [destination, ...sources] = nat === undefined ? [] : allOf(payloads, 'nat-d');
  if (destination === undefined || sources.length === 0) return { supported: false, usBehindNat: false, peerBehindNat: false };
  const is = (claimed: Uint8Array, end: Endpoint) => Buffer.compare(claimed, natHash(hash, cookies, end)) === 0;
  return {
    supported: true,
    usBehindNat: !is(destination.hash, local),
    peerBehindNat: !sources.some((source) => is(source.hash, remote)),
  };
}
