import { keyExchangeByIkev2 } from '../../../crypto/key-exchange/key-exchanges.js';
import type { RandomSource } from '../../../crypto/random-source.js';
import { out } from '../../../engine/ikev2/payloads.js';
import type { Proposal, Transform } from '../../../wire/ike/payloads/sa.js';
import { questionMark } from '../../../wire/ike/question-mark.js';
import { NOTIFY } from '../../../wire/ike/tables/notify.js';
import { KEY_EXCHANGE_LENGTHS, TRANSFORM } from '../../../wire/ike/tables/transforms.js';
import { saInitMessage } from './sa-init-message.js';

/** An IKE_SA_INIT that is asked again with a cookie keeps its SPI and nonce (RFC 7296 §2.6). */
export interface ScanQuestion {
  readonly spiI: Uint8Array;
  readonly nonce: Uint8Array;
  readonly group: number;
  readonly keyData: Uint8Array;
  readonly proposals: readonly Proposal[];
}

const NONCE = 32;

/**
 * An IKE_SA_INIT with this offer. `stateless`: its public value is of a group that is not in the offer, so that a peer which accepts
 * the offer asks for another one (INVALID_KE_PAYLOAD, RFC 7296 §1.2) and keeps nothing, instead of a half-open IKE SA. Where all such
 * groups are in the offer it is one that is not in `taken`: those that the peer has taken before.
 */
export function scanQuestion(
  proposals: readonly Proposal[],
  stateless: boolean,
  random: RandomSource,
  taken: ReadonlySet<number> = NONE,
): ScanQuestion {
  const offered = proposals.flatMap(({ transforms }) => transforms.filter(({ type }) => type === TRANSFORM.KE).map(({ id }) => id));
  const group = stateless ? decoyFor(offered, taken) : (offered[0] ?? 1);
  const method = stateless ? undefined : keyExchangeByIkev2(group);
  return {
    spiI: random(8),
    nonce: random(NONCE),
    group,
    keyData: method?.initiate(random).publicValue ?? anyValue(group, random),
    proposals,
  };
}

const NONE: ReadonlySet<number> = new Set();
/** Groups for public values that are never computed with, cheap first. */
const DECOYS = [5, 2, 14, 1, 15];
/** For an offer that holds all of them: those that a peer takes least first. Any number is a public value of these, unlike those of curves. */
const UNLIKELY = [1, 5, 15, 2, 14];

function decoyFor(offered: readonly number[], taken: ReadonlySet<number>): number {
  return DECOYS.find((decoy) => !offered.includes(decoy)) ?? UNLIKELY.find((decoy) => !taken.has(decoy)) ?? 1;
}

/** Below the prime of a MODP group: the first bit of all of them is set. */
function anyValue(group: number, random: RandomSource): Uint8Array {
  const value = Uint8Array.from(random(KEY_EXCHANGE_LENGTHS[group]?.[0] ?? 96));
  value[0] = (value[0] as number) & 0x7f;
  return value;
}

export function encodeScanQuestion({ spiI, nonce, group, keyData, proposals }: ScanQuestion, cookie?: Uint8Array): Uint8Array {
  const additional = proposals.some(({ transforms }) => transforms.some(({ type }) => type === TRANSFORM.ADDKE1));
  return saInitMessage(spiI, [
    ...(cookie === undefined ? [] : [out.notify(NOTIFY.COOKIE, cookie)]),
    out.sa(proposals),
    out.ke(group, keyData),
    out.nonce(nonce),
    out.notify(NOTIFY.IKEV2_FRAGMENTATION_SUPPORTED),
    out.notify(NOTIFY.SIGNATURE_HASH_ALGORITHMS, HASHES),
    // Without it an additional key exchange could not be done (RFC 9370 §2.2.1).
    ...(additional ? [out.notify(NOTIFY.INTERMEDIATE_EXCHANGE_SUPPORTED)] : []),
    out.vendorId(questionMark()),
  ]);
}

/** SHA-1, SHA2-256, 384, 512 and identity (RFC 7427 §7, RFC 8420 §2). */
const HASHES = Uint8Array.of(0, 1, 0, 2, 0, 3, 0, 4, 0, 5);

/** A set of transforms as proposals: combined ciphers apart from the others (RFC 7296 §3.3.3). */
export function scanProposals(transforms: readonly Transform[], isCombined: (cipher: Transform) => boolean): readonly Proposal[] {
  const of = (type: number) => transforms.filter((transform) => transform.type === type);
  const [combined, others] = [of(TRANSFORM.ENCR).filter(isCombined), of(TRANSFORM.ENCR).filter((cipher) => !isCombined(cipher))];
  const rest = [...of(TRANSFORM.PRF), ...of(TRANSFORM.KE), ...of(TRANSFORM.ADDKE1)];
  const halves = [
    ...(combined.length === 0 ? [] : [[...combined, ...rest]]),
    ...(others.length === 0 || of(TRANSFORM.INTEG).length === 0 ? [] : [[...others, ...of(TRANSFORM.INTEG), ...rest]]),
  ];
  return halves.map((half, i) => ({ number: i + 1, protocol: 1, spi: new Uint8Array(0), transforms: half }));
}
