import { nameOf } from '../../bytes/registry.js';
import { ByteWriter } from '../../bytes/writer.js';
import type { OutgoingPayload, PayloadNode } from '../../wire/ike/chain.js';
import { decodeNotifyData } from '../../wire/ike/notify-data.js';
import { HASH_ALGORITHMS } from '../../wire/ike/tables/authentication.js';
import { IKEV2_NOTIFY_TYPES, isErrorNotify, NOTIFY } from '../../wire/ike/tables/notify.js';
import type { IkeSettings } from '../ike/settings.js';
import { requestedAuthorities } from './authentication/certificate-requests.js';
import type { Effects } from './effects.js';
import { allOf, notifyOf, out } from './payloads.js';
import type { IkeSa, PeerFacts } from './state.js';

/** Bytes of our nonces: at least half the key of any PRF (RFC 7296 §2.10), and all of the longest ones'. */
export const NONCE_LENGTH = 32;
const SHORTEST_NONCE = 16;
const LONGEST_NONCE = 256;

/** Why a nonce will not do (RFC 7296 §2.10), if so. */
export function whyBadNonce(nonce: Uint8Array | undefined): string | undefined {
  if (nonce === undefined) return 'the nonce is missing';
  const { length } = nonce;
  return length < SHORTEST_NONCE || length > LONGEST_NONCE
    ? `the nonce has ${length} bytes, ${SHORTEST_NONCE} to ${LONGEST_NONCE} are allowed`
    : undefined;
}

/** What we sign with and can check (RFC 7427 §4, RFC 8420 §2): SHA-1 only where a peer has nothing else. */
const OUR_HASHES = ['SHA2-256', 'SHA2-384', 'SHA2-512', 'Identity'] as const;

function hashNotify(): OutgoingPayload {
  const w = new ByteWriter(8);
  for (const [number, name] of Object.entries(HASH_ALGORITHMS)) if ((OUR_HASHES as readonly string[]).includes(name)) w.u16(Number(number));
  return out.notify(NOTIFY.SIGNATURE_HASH_ALGORITHMS, w.finish());
}

/** What both ends announce in IKE_SA_INIT. `intermediate`: additional key exchanges are offered or chosen (RFC 9370 §2.2.1). */
export function announcements(settings: IkeSettings, intermediate: boolean, usePpk: boolean): readonly OutgoingPayload[] {
  return [
    ...(settings.fragmentSize > 0 ? [out.notify(NOTIFY.IKEV2_FRAGMENTATION_SUPPORTED)] : []),
    hashNotify(),
    ...(intermediate ? [out.notify(NOTIFY.INTERMEDIATE_EXCHANGE_SUPPORTED)] : []),
    ...(usePpk ? [out.notify(NOTIFY.USE_PPK)] : []),
    ...settings.vendorIds.map(out.vendorId),
  ];
}

/** What the peer announced, and the happenings that say so. */
export function readAnnouncements(sa: Pick<IkeSa, 'spiI' | 'spiR' | 'settings'>, payloads: readonly PayloadNode[], fx: Effects): PeerFacts {
  const notifies = allOf(payloads, 'notify');
  for (const { id } of allOf(payloads, 'vendor-id')) fx.happen(sa, { kind: 'vendor-id', bytes: id });
  const names = notifies.flatMap(({ type }) =>
    isErrorNotify(type) || NOT_ABILITIES.includes(type) ? [] : [nameOf(IKEV2_NOTIFY_TYPES, type)],
  );
  if (names.length > 0) fx.happen(sa, { kind: 'peer-supports', notifies: [...new Set(names)] });
  const has = (type: number) => notifies.some((notify) => notify.type === type);
  return {
    fragmentation: sa.settings.fragmentSize > 0 && has(NOTIFY.IKEV2_FRAGMENTATION_SUPPORTED),
    childless: has(NOTIFY.CHILDLESS_IKEV2_SUPPORTED),
    usePpk: has(NOTIFY.USE_PPK),
    ...hashesOf(payloads),
    requested: requestedAuthorities(allOf(payloads, 'certreq')),
  };
}

const NOT_ABILITIES: readonly number[] = [NOTIFY.COOKIE, NOTIFY.NAT_DETECTION_SOURCE_IP, NOTIFY.NAT_DETECTION_DESTINATION_IP];

function hashesOf(payloads: readonly PayloadNode[]): Pick<PeerFacts, 'hashes'> {
  const notify = notifyOf(payloads, NOTIFY.SIGNATURE_HASH_ALGORITHMS);
  // An odd number of bytes is no list: then the peer is taken for one that knows the classic methods.
  if (notify === undefined || notify.data.length % 2 !== 0) return {};
  const data = decodeNotifyData(notify);
  return data?.kind === 'hash-algorithms' ? { hashes: data.ids } : {};
}
