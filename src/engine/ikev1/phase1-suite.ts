import { nameOf } from '../../bytes/registry.js';
import { ByteWriter } from '../../bytes/writer.js';
import type { Cipher } from '../../crypto/cipher.js';
import { cipherByIkev1, cipherByIkev2 } from '../../crypto/ciphers.js';
import { type Hash, hashByIkev1, hashByName } from '../../crypto/hash.js';
import type { KeyExchange } from '../../crypto/key-exchange/key-exchange.js';
import { keyExchangeByIkev1, keyExchangeByIkev2 } from '../../crypto/key-exchange/key-exchanges.js';
import { type Prf, prfByIkev2, prfByName, prfOfHash } from '../../crypto/prf.js';
import { type Attribute, attributeNumber } from '../../wire/ike/attribute.js';
import { lifetimesOf } from '../../wire/ike/lifetime.js';
import type { Proposal } from '../../wire/ike/payloads/sa.js';
import type { SaV1, TransformV1 } from '../../wire/ike/payloads/sa-v1.js';
import { proposalFactsV1 } from '../../wire/ike/proposal-facts.js';
import {
  GROUPS,
  ISAKMP_TRANSFORM,
  ISAKMP_TRANSFORMS,
  LIFE_TYPE,
  PHASE1,
  PHASE1_ATTRIBUTES,
  PHASE1_AUTHENTICATION,
  PHASE1_ENCRYPTION,
  PHASE1_HASH,
  SITUATION,
} from '../../wire/ike/tables/attributes-v1.js';
import { DOI, PROTOCOL_V1 } from '../../wire/ike/tables/protocols.js';
import { TRANSFORM, TRANSFORM_ATTRIBUTE } from '../../wire/ike/tables/transforms.js';
import { keyLengthOf } from '../../wire/ike/transform-name.js';
import { methodByNumber } from './methods.js';

/** The algorithms that protect an IKEv1 SA. */
export interface Phase1Suite {
  readonly cipher: Cipher;
  /** Bytes. */
  readonly keyLength: number;
  readonly hash: Hash;
  /** HMAC of the hash (RFC 2409 §4). */
  readonly prf: Prf;
  readonly keyExchange: KeyExchange;
  /** Authentication method of RFC 2409 appendix A. */
  readonly method: number;
  /** Seconds that the transform says. */
  readonly lifetime?: number;
  /** The same in the form of IKEv2. */
  readonly proposal: Proposal;
}

/** Transforms that one offer has at most: the number is a byte, and old peers read no long lists. */
const MAX_TRANSFORMS = 60;
const NOTHING = new Uint8Array(0);

/** A number as attribute: short where it fits. */
export function numberAttribute(type: number, value: number): Attribute {
  return value < 0x10000 ? { type, value } : { type, value: new ByteWriter(4).u32(value).finish() };
}

interface Algorithms {
  readonly cipher: Cipher;
  /** Bits; absent for ciphers with a fixed key. */
  readonly bits: number | undefined;
  readonly hash: Hash;
  readonly group: KeyExchange;
}

/** Every suite that proposals in the form of IKEv2 allow and IKEv1 has a number for, in their order. */
function suitesOf(proposals: readonly Proposal[]): readonly Algorithms[] {
  const found = new Map<string, Algorithms>();
  for (const { transforms } of proposals) {
    const ofType = (wanted: number) => transforms.filter(({ type }) => type === wanted);
    for (const encryption of ofType(TRANSFORM.ENCR)) {
      const cipher = cipherByIkev2(encryption.id);
      const bits = keyLengthOf(encryption);
      if (cipher?.ikev1 === undefined) continue;
      for (const { id } of ofType(TRANSFORM.PRF)) {
        const hash = hashByName(prfByIkev2(id)?.name.replace('PRF_HMAC_', '') ?? '');
        if (hash?.ikev1 === undefined) continue;
        for (const ke of ofType(TRANSFORM.KE)) {
          const group = keyExchangeByIkev2(ke.id);
          if (group?.ikev1 === undefined) continue;
          const name = `${cipher.ikev1}/${bits}/${hash.ikev1}/${group.ikev1}`;
          if (!found.has(name)) found.set(name, { cipher, bits, hash, group });
        }
      }
    }
  }
  return [...found.values()];
}

/** In the form of IKEv2, for what both versions share. */
function proposalOf({ cipher, bits, hash, group }: Algorithms, number: number): Proposal {
  const plain = (type: number, id: number) => ({ type, id, attributes: [] });
  const { ikev2: encr = 0 } = cipher;
  return {
    number,
    protocol: PROTOCOL_V1.IKE,
    spi: NOTHING,
    transforms: [
      { type: TRANSFORM.ENCR, id: encr, attributes: bits === undefined ? [] : [{ type: TRANSFORM_ATTRIBUTE.KEY_LENGTH, value: bits }] },
      plain(TRANSFORM.PRF, prfByName(`PRF_HMAC_${hash.name}`)?.ikev2 ?? 0),
      plain(TRANSFORM.KE, group.ikev2),
    ],
  };
}

/** The same suites in the form of IKEv2, one proposal each. */
export function phase1Proposals(proposals: readonly Proposal[]): readonly Proposal[] {
  return suitesOf(proposals).map((suite, i) => proposalOf(suite, i + 1));
}

function attributesOf({ cipher, bits, hash, group }: Algorithms, method: number, lifetime: number): readonly Attribute[] {
  return [
    { type: PHASE1.ENCRYPTION_ALGORITHM, value: cipher.ikev1 ?? 0 },
    ...(bits === undefined ? [] : [{ type: PHASE1.KEY_LENGTH, value: bits }]),
    { type: PHASE1.HASH_ALGORITHM, value: hash.ikev1 ?? 0 },
    { type: PHASE1.AUTHENTICATION_METHOD, value: method },
    { type: PHASE1.GROUP_DESCRIPTION, value: group.ikev1 ?? 0 },
    { type: PHASE1.LIFE_TYPE, value: LIFE_TYPE.seconds },
    numberAttribute(PHASE1.LIFE_DURATION, lifetime),
  ];
}

export interface Phase1Wishes {
  readonly methods: readonly number[];
  /** Seconds. */
  readonly lifetime: number;
  /** Aggressive mode: only suites with the group of the first. */
  readonly oneGroup: boolean;
}

/** The SA payload that begins phase 1; undefined when IKEv1 has none of the algorithms. */
export function offerPhase1(proposals: readonly Proposal[], { methods, lifetime, oneGroup }: Phase1Wishes): SaV1 | undefined {
  const all = suitesOf(proposals);
  const [first] = all;
  if (first === undefined) return undefined;
  const suites = oneGroup ? all.filter(({ group }) => group === first.group) : all;
  const transforms = methods
    .flatMap((method) => suites.map((suite) => attributesOf(suite, method, lifetime)))
    .slice(0, MAX_TRANSFORMS)
    .map((attributes, i) => ({ number: i + 1, id: ISAKMP_TRANSFORM.KEY_IKE, attributes }));
  return {
    doi: DOI.IPSEC,
    situation: SITUATION.SIT_IDENTITY_ONLY,
    proposals: [{ number: 1, protocol: PROTOCOL_V1.IKE, spi: NOTHING, transforms }],
  };
}

/** What a transform says; undefined when we cannot run it. */
export function readPhase1(transform: TransformV1, number = 1): Phase1Suite | undefined {
  const { attributes } = transform;
  const value = (type: number) => attributeNumber(attributes, type) ?? -1;
  const cipher = cipherByIkev1(value(PHASE1.ENCRYPTION_ALGORITHM));
  const hash = hashByIkev1(value(PHASE1.HASH_ALGORITHM));
  const group = keyExchangeByIkev1(value(PHASE1.GROUP_DESCRIPTION));
  if (whyNotPhase1(transform) !== undefined || cipher === undefined || hash === undefined || group === undefined) return undefined;
  const bits = attributeNumber(attributes, PHASE1.KEY_LENGTH);
  const keyLength = bits === undefined ? (cipher.keyLengths[0] as number) : bits / 8;
  const seconds = lifetimesOf(attributes, PHASE1.LIFE_TYPE).find(({ type }) => type === LIFE_TYPE.seconds)?.amount;
  // AES without a key length means 128 bits; the form of IKEv2 says so.
  const told = bits ?? (cipher.keyLengths.length > 1 ? keyLength * 8 : undefined);
  return {
    cipher,
    keyLength,
    hash,
    prf: prfOfHash(hash),
    keyExchange: group,
    method: value(PHASE1.AUTHENTICATION_METHOD),
    ...(seconds === undefined ? {} : { lifetime: seconds }),
    proposal: proposalOf({ cipher, bits: told, hash, group }, number),
  };
}

/** Attributes that make up a suite; the others of the DOI stand for groups and PRFs of somebody's own. */
const UNDERSTOOD: readonly number[] = [
  PHASE1.ENCRYPTION_ALGORITHM,
  PHASE1.HASH_ALGORITHM,
  PHASE1.AUTHENTICATION_METHOD,
  PHASE1.GROUP_DESCRIPTION,
  PHASE1.GROUP_TYPE,
  PHASE1.LIFE_TYPE,
  PHASE1.LIFE_DURATION,
  PHASE1.KEY_LENGTH,
];
const LIFE_TYPES_KNOWN: readonly number[] = Object.values(LIFE_TYPE);

/** Why a transform cannot be run here, with the attribute that is to blame; undefined when it can. */
export function whyNotPhase1({ id, attributes }: TransformV1): string | undefined {
  if (id !== ISAKMP_TRANSFORM.KEY_IKE) return `the transform is ${nameOf(ISAKMP_TRANSFORMS, id)}, not KEY_IKE`;
  const value = (type: number) => attributeNumber(attributes, type) ?? -1;
  const foreign = attributes.find(({ type }) => !UNDERSTOOD.includes(type));
  if (foreign !== undefined) return `the attribute ${nameOf(PHASE1_ATTRIBUTES, foreign.type)} is not supported`;
  const asked = [
    { type: PHASE1.ENCRYPTION_ALGORITHM, names: PHASE1_ENCRYPTION, has: cipherByIkev1(value(PHASE1.ENCRYPTION_ALGORITHM)) },
    { type: PHASE1.HASH_ALGORITHM, names: PHASE1_HASH, has: hashByIkev1(value(PHASE1.HASH_ALGORITHM)) },
    { type: PHASE1.GROUP_DESCRIPTION, names: GROUPS, has: keyExchangeByIkev1(value(PHASE1.GROUP_DESCRIPTION)) },
    { type: PHASE1.AUTHENTICATION_METHOD, names: PHASE1_AUTHENTICATION, has: methodByNumber(value(PHASE1.AUTHENTICATION_METHOD)) },
  ];
  for (const { type, names, has } of asked) {
    if (has !== undefined) continue;
    const number = attributeNumber(attributes, type);
    const name = nameOf(PHASE1_ATTRIBUTES, type);
    return number === undefined ? `there is no attribute ${name}` : `${name} ${nameOf(names, number)} is not done here`;
  }
  const life = lifetimesOf(attributes, PHASE1.LIFE_TYPE).find(({ type }) => !LIFE_TYPES_KNOWN.includes(type));
  if (life !== undefined) return `the life type ${life.type} is unknown`;
  const cipher = nameOf(PHASE1_ENCRYPTION, value(PHASE1.ENCRYPTION_ALGORITHM));
  const bits = attributeNumber(attributes, PHASE1.KEY_LENGTH);
  return cipherByIkev1(value(PHASE1.ENCRYPTION_ALGORITHM))?.keyLengths.includes((bits ?? 0) / 8) === false && bits !== undefined
    ? `${cipher} has no keys of ${bits} bits`
    : undefined;
}

/** All of an SA payload in words: `3DES/MD5/PSK/MODP_1024, …`. */
export function offerText(sa: SaV1): string {
  return proposalFactsV1(sa)
    .map(({ transforms }) => transforms.map(({ name }) => name).join('/'))
    .join(', ');
}

/** The transforms that stand in an offer for phase 1. */
export function phase1Transforms(sa: SaV1): readonly TransformV1[] {
  return sa.proposals.flatMap(({ protocol, transforms }) => (protocol === PROTOCOL_V1.IKE ? transforms : []));
}
