import { nameOf } from '../../bytes/registry.js';
import type { Proposal, Transform } from '../../wire/ike/payloads/sa.js';
import { IKEV2_PROTOCOLS } from '../../wire/ike/tables/protocols.js';
import { TRANSFORM, TRANSFORM_TYPES } from '../../wire/ike/tables/transforms.js';
import { keyLengthOf, transformName } from '../../wire/ike/transform-name.js';
import { ADDITIONAL_TYPES, isRunnable } from './suite.js';

/** What both sides can do, or why there is nothing. */
export type Choice =
  | { readonly ok: true; readonly chosen: Proposal }
  /** One sentence, and both sides' offers. */
  | { readonly ok: false; readonly text: string; readonly ours: string; readonly theirs: string };

const nameOfTransform = (transform: Transform): string => transformName(transform.type, transform.id, keyLengthOf(transform));

/** `ESP:AES_GCM_16_256/NO_ESN`, as strongSwan prints proposals; several joined by commas. */
export function proposalsText(proposals: readonly Proposal[]): string {
  return proposals
    .map((proposal) => `${nameOf(IKEV2_PROTOCOLS, proposal.protocol)}:${proposal.transforms.map(nameOfTransform).join('/')}`)
    .join(', ');
}

/** The same proposals without transforms for key exchanges: IKE_AUTH makes no keys of its own (RFC 7296 §1.2). */
export function withoutKeyExchange(proposals: readonly Proposal[]): readonly Proposal[] {
  return proposals.map((proposal) => ({
    ...proposal,
    transforms: proposal.transforms.filter(({ type }) => type !== TRANSFORM.KE && !ADDITIONAL_TYPES.includes(type)),
  }));
}

/** Key exchange groups that proposals offer, in order. */
export function groupsOf(proposals: readonly Proposal[]): readonly number[] {
  return [
    ...new Set(
      proposals.flatMap(({ transforms }) => transforms.flatMap(({ type, id }) => (type === TRANSFORM.KE && id !== NONE_ID ? [id] : []))),
    ),
  ];
}

function isSame(a: Transform, b: Transform): boolean {
  return a.type === b.type && a.id === b.id && keyLengthOf(a) === keyLengthOf(b);
}

/** What stands for "none" when a side says nothing about a type (RFC 7296 §3.3.2, §3.3.3, RFC 9370 §2.2.1). */
const NONE_ID = 0;
const MAY_BE_ABSENT: readonly number[] = [TRANSFORM.INTEG, TRANSFORM.KE, TRANSFORM.SN, ...ADDITIONAL_TYPES];

function candidates(proposal: Proposal, type: number): readonly Transform[] {
  const found = proposal.transforms.filter((transform) => transform.type === type);
  return found.length === 0 && MAY_BE_ABSENT.includes(type) ? [{ type, id: NONE_ID, attributes: [] }] : found;
}

interface Attempt {
  readonly transforms: readonly Transform[];
  /** Types in which nothing is common. */
  readonly missing: readonly number[];
}

/** One transform a type: in our order, but the group whose public value is there already goes first. */
function intersect(ours: Proposal, theirs: Proposal, group: number | undefined): Attempt {
  const transforms: Transform[] = [];
  const missing: number[] = [];
  /** A method is done once (RFC 9370 §2.2.1). */
  const exchanges = new Set<number>();
  const types = new Set([...ours.transforms, ...theirs.transforms].map(({ type }) => type));
  for (const type of [...types].sort((a, b) => a - b)) {
    const offered = candidates(theirs, type);
    const exchange = type === TRANSFORM.KE || ADDITIONAL_TYPES.includes(type);
    const common = candidates(ours, type).filter(
      (own) => isRunnable(own) && offered.some((other) => isSame(own, other)) && !(exchange && exchanges.has(own.id)),
    );
    const picked = (type === TRANSFORM.KE ? common.find(({ id }) => id === group) : undefined) ?? common[0];
    if (exchange && picked !== undefined && picked.id !== NONE_ID) exchanges.add(picked.id);
    if (picked === undefined) missing.push(type);
    else if (theirs.transforms.some((other) => isSame(other, picked))) transforms.push(picked);
  }
  return { transforms, missing };
}

/**
 * Chooses from what the peer offers (RFC 7296 §2.7): our proposals in our order, each against all of theirs.
 * @param group the one whose KE payload came with the offer
 */
export function chooseProposal(ours: readonly Proposal[], theirs: readonly Proposal[], group?: number): Choice {
  // In IKEv1 what we allow comes as one proposal for each combination: several may miss the same.
  let nearest: { readonly own: readonly Proposal[]; readonly offer: Proposal; readonly missing: readonly number[] } | undefined;
  for (const own of ours) {
    for (const offer of theirs) {
      if (own.protocol !== offer.protocol) continue;
      const { transforms, missing } = intersect(own, offer, group);
      if (missing.length === 0) return { ok: true, chosen: { number: offer.number, protocol: offer.protocol, spi: offer.spi, transforms } };
      if (nearest === undefined || missing.length < nearest.missing.length) nearest = { own: [own], offer, missing };
      else if (offer === nearest.offer && missing.join() === nearest.missing.join()) nearest = { ...nearest, own: [...nearest.own, own] };
    }
  }
  const both = { ours: proposalsText(ours), theirs: proposalsText(theirs) };
  if (nearest === undefined) return { ok: false, text: 'no proposal is for the same protocol', ...both };
  const { own, offer, missing } = nearest;
  const words = missing.map((type) => {
    const list = (...proposals: readonly Proposal[]) =>
      [...new Set(proposals.flatMap((proposal) => candidates(proposal, type).map(nameOfTransform)))].join(' or ') || 'none';
    return `${nameOf(TRANSFORM_TYPES, type)}: we allow ${list(...own)}, the peer offers ${list(offer)}`;
  });
  return { ok: false, text: `nothing in common: ${words.join('; ')}`, ...both };
}

/**
 * Checks what the peer chose of our offer: one proposal of ours, one transform of each type that it has (RFC 7296 §2.7, §3.3.6).
 * Returns the reason when it is none.
 */
export function whyNotOffered(offered: readonly Proposal[], answer: readonly Proposal[]): string | undefined {
  const [chosen, ...more] = answer;
  if (chosen === undefined || more.length > 0) return `the answer holds ${answer.length} proposals instead of one`;
  const offer = offered.find(({ number, protocol }) => number === chosen.number && protocol === chosen.protocol);
  if (offer === undefined) return `the answer chooses proposal ${chosen.number}, which was not offered`;
  const seen = new Set<number>();
  for (const transform of chosen.transforms) {
    if (seen.has(transform.type)) return `the answer has two transforms of type ${nameOf(TRANSFORM_TYPES, transform.type)}`;
    seen.add(transform.type);
    if (!offer.transforms.some((own) => isSame(own, transform)))
      return `the answer chooses ${nameOfTransform(transform)}, which was not offered`;
  }
  for (const { type } of offer.transforms) {
    const optional = MAY_BE_ABSENT.includes(type) && candidates(offer, type).some(({ id }) => id === NONE_ID);
    if (!seen.has(type) && !optional && type !== TRANSFORM.SN)
      return `the answer has no transform of type ${nameOf(TRANSFORM_TYPES, type)}`;
  }
  return undefined;
}
