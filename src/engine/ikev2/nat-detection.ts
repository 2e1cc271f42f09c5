import { type Hash, hashByName } from '../../crypto/hash.js';
import type { RandomSource } from '../../crypto/random-source.js';
import type { Endpoint } from '../../model/endpoint.js';
import type { OutgoingPayload, PayloadNode } from '../../wire/ike/chain.js';
import { NOTIFY } from '../../wire/ike/tables/notify.js';
import { type NatVerdict, natHash } from '../ike/nat-hash.js';
import type { SaSpis } from '../ike/sa-id.js';
import type { Path } from '../step.js';
import { allOf, out } from './payloads.js';

const SHA1 = hashByName('SHA1') as Hash;

/**
 * The two notifies of one end. `force`: the hash of the source is one of nothing, so that the peer sees a NAT and puts ESP in UDP.
 */
export function natNotifies(spis: SaSpis, { local, remote }: Path, force: boolean, random: RandomSource): readonly OutgoingPayload[] {
  return [
    out.notify(NOTIFY.NAT_DETECTION_SOURCE_IP, force ? random(SHA1.length) : natHash(SHA1, spis, local)),
    out.notify(NOTIFY.NAT_DETECTION_DESTINATION_IP, natHash(SHA1, spis, remote)),
  ];
}

/** Compares the peer's notifies with the addresses that its message really had. `spis`: those of the message's header. */
export function judgeNat(spis: SaSpis, { local, remote }: Path, payloads: readonly PayloadNode[]): NatVerdict {
  const notifies = allOf(payloads, 'notify');
  const hashes = (type: number) => notifies.filter((notify) => notify.type === type).map(({ data }) => data);
  const sources = hashes(NOTIFY.NAT_DETECTION_SOURCE_IP);
  const destinations = hashes(NOTIFY.NAT_DETECTION_DESTINATION_IP);
  const supported = sources.length > 0 && destinations.length > 0;
  const matches = (list: readonly Uint8Array[], endpoint: Endpoint) => {
    const expected = natHash(SHA1, spis, endpoint);
    return list.some((hash) => Buffer.compare(hash, expected) === 0);
  };
  return {
    supported,
    peerBehindNat: supported && !matches(sources, remote),
    usBehindNat: supported && !matches(destinations, local),
  };
}
