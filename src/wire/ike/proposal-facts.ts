import { toHex } from '../../bytes/hex.js';
import { BytesMemo } from '../../bytes/memo.js';
import { nameOf, type Registry } from '../../bytes/registry.js';
import type { ProposalFacts, TransformFacts } from '../../model/ike-session.js';
import { type Attribute, attributeNumber } from './attribute.js';
import { lifetimesOf, lifetimeText } from './lifetime.js';
import type { Sa } from './payloads/sa.js';
import type { ProposalV1, SaV1, TransformV1 } from './payloads/sa-v1.js';
import {
  AH_TRANSFORMS,
  ENCAPSULATION_MODES,
  ESP_TRANSFORMS,
  GROUP_TYPES,
  GROUPS,
  ISAKMP_TRANSFORM,
  ISAKMP_TRANSFORMS,
  PHASE1,
  PHASE1_AUTHENTICATION,
  PHASE1_ENCRYPTION,
  PHASE1_HASH,
  PHASE2,
  PHASE2_AUTHENTICATION,
} from './tables/attributes-v1.js';
import { IPCOMP_TRANSFORMS } from './tables/authentication.js';
import { IKEV1_PROTOCOLS, IKEV2_PROTOCOLS, PROTOCOL_V1 } from './tables/protocols.js';
import { TRANSFORM_TYPES } from './tables/transforms.js';
import { keyLengthOf, transformName, withKeyLength } from './transform-name.js';

/** `0x…`, empty for no SPI. */
export function spiText(spi: Uint8Array): string {
  return spi.length === 0 ? '' : `0x${toHex(spi)}`;
}

/** Offers come again in every attempt of a peer. */
const OFFERS = new BytesMemo<readonly ProposalFacts[]>(64);
const OFFERS_V1 = new BytesMemo<readonly ProposalFacts[]>(64);

/**
 * The plain facts of an IKEv2 SA payload.
 * @param body what the SA was decoded from, where all of it was: the same offer then gives the very same facts
 */
export function proposalFacts(sa: Sa, body?: Uint8Array): readonly ProposalFacts[] {
  return body === undefined ? factsOf(sa) : OFFERS.get(body, () => factsOf(sa));
}

function factsOf(sa: Sa): readonly ProposalFacts[] {
  return sa.proposals.map((proposal) => ({
    number: proposal.number,
    protocol: nameOf(IKEV2_PROTOCOLS, proposal.protocol),
    spi: spiText(proposal.spi),
    transforms: proposal.transforms.map((transform) => {
      const keyLength = keyLengthOf(transform);
      return fact(nameOf(TRANSFORM_TYPES, transform.type), transformName(transform.type, transform.id, keyLength), transform.id, keyLength);
    }),
  }));
}

/**
 * The plain facts of an IKEv1 SA payload: one entry a transform, because a transform of IKEv1 is a whole suite.
 * Its number is the transform's where one proposal holds them all (phase 1), the proposal's where each has its own.
 * @param body as for `proposalFacts`
 */
export function proposalFactsV1(sa: SaV1, body?: Uint8Array): readonly ProposalFacts[] {
  return body === undefined ? factsOfV1(sa) : OFFERS_V1.get(body, () => factsOfV1(sa));
}

function factsOfV1(sa: SaV1): readonly ProposalFacts[] {
  const single = sa.proposals.length === 1;
  return sa.proposals.flatMap((proposal) =>
    proposal.transforms.map((transform) => ({
      number: single ? transform.number : proposal.number,
      protocol: nameOf(IKEV1_PROTOCOLS, proposal.protocol),
      spi: spiText(proposal.spi),
      transforms: proposal.protocol === PROTOCOL_V1.IKE ? phase1Facts(transform) : phase2Facts(proposal, transform),
    })),
  );
}

function fact(type: string, name: string, id: number, keyLength?: number): TransformFacts {
  return keyLength === undefined ? { type, name, id } : { type, name, id, keyLength };
}

/** A fact for an attribute that is there. */
function named(attributes: readonly Attribute[], attribute: number, type: string, registry: Registry): readonly TransformFacts[] {
  const id = attributeNumber(attributes, attribute);
  return id === undefined ? [] : [fact(type, nameOf(registry, id), id)];
}

function lifetimeFacts(attributes: readonly Attribute[], typeClass: number): readonly TransformFacts[] {
  return lifetimesOf(attributes, typeClass).map((lifetime) => fact('LIFE', lifetimeText(lifetime), lifetime.type));
}

/** RFC 2409 Appendix A. */
function phase1Facts({ id, attributes }: TransformV1): readonly TransformFacts[] {
  const cipher = attributeNumber(attributes, PHASE1.ENCRYPTION_ALGORITHM);
  const keyLength = attributeNumber(attributes, PHASE1.KEY_LENGTH);
  return [
    // There is one transform in phase 1, so its name tells only when it is another.
    ...(id === ISAKMP_TRANSFORM.KEY_IKE ? [] : [fact('TRANSFORM', nameOf(ISAKMP_TRANSFORMS, id), id)]),
    ...(cipher === undefined ? [] : [fact('ENCR', withKeyLength(nameOf(PHASE1_ENCRYPTION, cipher), keyLength), cipher, keyLength)]),
    ...named(attributes, PHASE1.HASH_ALGORITHM, 'HASH', PHASE1_HASH),
    ...named(attributes, PHASE1.PRF, 'PRF', NO_NAMES),
    ...named(attributes, PHASE1.AUTHENTICATION_METHOD, 'AUTH', PHASE1_AUTHENTICATION),
    ...named(attributes, PHASE1.GROUP_DESCRIPTION, 'GROUP', GROUPS),
    ...named(attributes, PHASE1.GROUP_TYPE, 'GROUP_TYPE', GROUP_TYPES),
    ...lifetimeFacts(attributes, PHASE1.LIFE_TYPE),
  ];
}

/** No PRF of phase 1 was ever given a number. */
const NO_NAMES: Registry = {};

/** RFC 2407 §4.4.3 to §4.5. */
function phase2Facts({ protocol }: ProposalV1, { id, attributes }: TransformV1): readonly TransformFacts[] {
  const keyLength = attributeNumber(attributes, PHASE2.KEY_LENGTH);
  const esn = attributeNumber(attributes, PHASE2.EXTENDED_SEQUENCE_NUMBER);
  return [
    transformFact(protocol, id, keyLength),
    ...named(attributes, PHASE2.AUTHENTICATION_ALGORITHM, 'INTEG', PHASE2_AUTHENTICATION),
    ...named(attributes, PHASE2.GROUP_DESCRIPTION, 'GROUP', GROUPS),
    ...named(attributes, PHASE2.ENCAPSULATION_MODE, 'MODE', ENCAPSULATION_MODES),
    ...(esn === undefined ? [] : [fact('SN', 'ESN', esn)]),
    ...lifetimeFacts(attributes, PHASE2.SA_LIFE_TYPE),
  ];
}

function transformFact(protocol: number, id: number, keyLength: number | undefined): TransformFacts {
  switch (protocol) {
    case PROTOCOL_V1.ESP:
      return fact('ENCR', withKeyLength(nameOf(ESP_TRANSFORMS, id), keyLength), id, keyLength);
    case PROTOCOL_V1.AH:
      return fact('AH', nameOf(AH_TRANSFORMS, id), id);
    case PROTOCOL_V1.IPCOMP:
      return fact('COMP', nameOf(IPCOMP_TRANSFORMS, id), id);
    default:
      return fact('TRANSFORM', `unknown (${id})`, id);
  }
}
