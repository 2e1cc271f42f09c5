import { nameOf } from '../../../bytes/registry.js';
import type { Attribute } from '../../../wire/ike/attribute.js';
import { attributeNumber } from '../../../wire/ike/attribute.js';
import type { SaV1, TransformV1 } from '../../../wire/ike/payloads/sa-v1.js';
import {
  GROUPS,
  ISAKMP_TRANSFORM,
  LIFE_TYPE,
  PHASE1,
  PHASE1_AUTHENTICATION,
  PHASE1_ENCRYPTION,
  PHASE1_HASH,
  SITUATION,
} from '../../../wire/ike/tables/attributes-v1.js';
import { DOI, PROTOCOL_V1 } from '../../../wire/ike/tables/protocols.js';
import { withKeyLength } from '../../../wire/ike/transform-name.js';

/** A cipher of phase 1: with its key length where it has several. */
export interface Ikev1Cipher {
  readonly cipher: number;
  /** Bits. */
  readonly keyLength?: number;
}

/** A transform of phase 1 by the numbers of RFC 2409 appendix A: everything is agreed on at once. */
export interface Ikev1Suite extends Ikev1Cipher {
  readonly hash: number;
  readonly method: number;
  readonly group: number;
}

/** Authentication methods whose transforms are asked for. */
export const METHOD = { psk: 1, rsa: 3, hybridRsa: 64221, xauthPsk: 65001 } as const;

/** Eight hours, which fit into the short form. */
const LIFETIME = 28_800;
/** The number of a transform is a byte. */
const MOST_TRANSFORMS = 255;
const SA_LENGTH = 20;

function attributesOf({ cipher, keyLength, hash, method, group }: Ikev1Suite, withLifetime: boolean): readonly Attribute[] {
  return [
    { type: PHASE1.ENCRYPTION_ALGORITHM, value: cipher },
    ...(keyLength === undefined ? [] : [{ type: PHASE1.KEY_LENGTH, value: keyLength }]),
    { type: PHASE1.HASH_ALGORITHM, value: hash },
    { type: PHASE1.AUTHENTICATION_METHOD, value: method },
    { type: PHASE1.GROUP_DESCRIPTION, value: group },
    ...(withLifetime
      ? [
          { type: PHASE1.LIFE_TYPE, value: LIFE_TYPE.seconds },
          { type: PHASE1.LIFE_DURATION, value: LIFETIME },
        ]
      : []),
  ];
}

/** One proposal with these transforms, in their order. `withLifetime`: some peers take none without. */
export function suiteOffer(suites: readonly Ikev1Suite[], withLifetime: boolean): SaV1 {
  return {
    doi: DOI.IPSEC,
    situation: SITUATION.SIT_IDENTITY_ONLY,
    proposals: [
      {
        number: 1,
        protocol: PROTOCOL_V1.IKE,
        spi: new Uint8Array(0),
        transforms: suites.map((suite, i) => ({
          number: i + 1,
          id: ISAKMP_TRANSFORM.KEY_IKE,
          attributes: attributesOf(suite, withLifetime),
        })),
      },
    ],
  };
}

/** The first of these suites, as many as an SA payload of so many bytes has room for; at least one. */
export function thatFit(suites: readonly Ikev1Suite[], bytes: number, withLifetime: boolean): readonly Ikev1Suite[] {
  let left = bytes - SA_LENGTH;
  let count = 0;
  for (const suite of suites) {
    left -= 8 + 4 * attributesOf(suite, withLifetime).length;
    if (left < 0 || count === MOST_TRANSFORMS) break;
    count++;
  }
  return suites.slice(0, Math.max(count, 1));
}

/** What a transform says; undefined for one that lacks something. */
export function suiteOf({ attributes }: TransformV1): Ikev1Suite | undefined {
  const value = (type: number) => attributeNumber(attributes, type);
  const [cipher, hash, method, group] = [
    value(PHASE1.ENCRYPTION_ALGORITHM),
    value(PHASE1.HASH_ALGORITHM),
    value(PHASE1.AUTHENTICATION_METHOD),
    value(PHASE1.GROUP_DESCRIPTION),
  ];
  const keyLength = value(PHASE1.KEY_LENGTH);
  if (cipher === undefined || hash === undefined || method === undefined || group === undefined) return undefined;
  return { cipher, hash, method, group, ...(keyLength === undefined ? {} : { keyLength }) };
}

/** The parts by their IANA names, as `sniff` prints them: `AES_CBC_256`, `SHA2_256`, `PSK`, `MODP_2048`. */
export function suiteNames({ cipher, keyLength, hash, method, group }: Ikev1Suite): readonly [string, string, string, string] {
  return [
    withKeyLength(nameOf(PHASE1_ENCRYPTION, cipher), keyLength),
    nameOf(PHASE1_HASH, hash),
    nameOf(PHASE1_AUTHENTICATION, method),
    nameOf(GROUPS, group),
  ];
}

/** `AES_CBC_256/SHA2_256/PSK/MODP_2048`: one word a suite. */
export function suiteText(suite: Ikev1Suite): string {
  return suiteNames(suite).join('/');
}

const bits = (cipher: number, ...lengths: readonly number[]): readonly Ikev1Cipher[] => lengths.map((keyLength) => ({ cipher, keyLength }));

/** DES, 3DES and AES: all that most devices have. The strong ones in front: a peer with an order of its own keeps to that. */
const COMMON_CIPHERS: readonly Ikev1Cipher[] = [...bits(7, 256, 128, 192), { cipher: 5 }, { cipher: 1 }];
/** Camellia, Blowfish and CAST. */
const RARE_CIPHERS: readonly Ikev1Cipher[] = [...bits(8, 256, 128, 192), ...bits(3, 128), ...bits(6, 128)];
/** SHA2-256, SHA-1, MD5, SHA2-512, SHA2-384. */
const HASHES = [4, 2, 1, 6, 5];
const COMMON_GROUPS = [14, 2, 5, 1, 19, 20, 15, 16];
const RARE_GROUPS = [21, 17, 18, 24, 23, 22, 31, 28, 29, 30, 26, 25, 27, 32];

const product = (ciphers: readonly Ikev1Cipher[], groups: readonly number[], method: number): readonly Ikev1Suite[] =>
  ciphers.flatMap((cipher) => groups.flatMap((group) => HASHES.map((hash) => ({ ...cipher, hash, group, method }))));

/** What most devices have, for one method. */
export function commonSuites(method: number): readonly Ikev1Suite[] {
  return product(COMMON_CIPHERS, COMMON_GROUPS, method);
}

/** Everything that peers are known to accept, for one method; the common ones first. */
export function everySuite(method: number): readonly Ikev1Suite[] {
  return [
    ...commonSuites(method),
    ...product(COMMON_CIPHERS, RARE_GROUPS, method),
    ...product(RARE_CIPHERS, [...COMMON_GROUPS, ...RARE_GROUPS], method),
  ];
}

/** All ciphers and hashes with one group, which aggressive mode has to choose beforehand. */
export function suitesOfGroup(group: number, method: number): readonly Ikev1Suite[] {
  return product([...COMMON_CIPHERS, ...RARE_CIPHERS], [group], method);
}

/** The handful that nearly every device takes one of. */
export function likeliestSuites(method: number): readonly Ikev1Suite[] {
  const triples: readonly (readonly [Ikev1Cipher, number, number])[] = [
    ...bits(7, 256, 128).flatMap((aes) => [4, 2].flatMap((hash) => [14, 5, 2].map((group) => [aes, hash, group] as const))),
    ...[2, 1].flatMap((hash) => [5, 2].map((group) => [{ cipher: 5 }, hash, group] as const)),
    [{ cipher: 7, keyLength: 256 }, 4, 19],
    [{ cipher: 7, keyLength: 256 }, 5, 20],
  ];
  return triples.map(([cipher, hash, group]) => ({ ...cipher, hash, group, method }));
}
