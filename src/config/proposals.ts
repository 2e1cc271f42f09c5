import {
  ENCRYPTION_ALGORITHMS,
  INTEGRITY_ALGORITHMS,
  KEY_EXCHANGE_METHODS,
  PRFS,
  SEQUENCE_NUMBERS,
} from '../wire/ike/tables/transforms.js';
import { WEAK_GROUPS, WEAK_V2_ENCRYPTION, WEAK_V2_INTEGRITY, WEAK_V2_PRF, type Weakness } from '../wire/ike/tables/weak-algorithms.js';
import { type AlgorithmToken, findToken, prfOfHash } from './proposal-tokens.js';

/** An algorithm of a proposal string. Numbers and names are those of IKEv2; IKEv1 is offered what corresponds. */
export interface ProposedTransform {
  readonly type: 'ENCR' | 'PRF' | 'INTEG' | 'KE' | 'SN' | 'ADDKE';
  readonly id: number;
  /** IANA's: `AES_GCM_16`. */
  readonly name: string;
  /** Bits, where the name says or implies a length. */
  readonly keyLength?: number;
  /** As written. */
  readonly word: string;
  readonly weakness?: Weakness;
  /** Releases that do not offer it by default any more, or do not know it: what a newer peer will refuse. */
  readonly removed: readonly { readonly product: 'libreswan' | 'strongswan'; readonly version: string; readonly what: string }[];
}

/** A proposal as a product reads it. */
export interface ProposalFacts {
  /** Without `!`. */
  readonly text: string;
  /** strongSwan's `!`: nothing but what is listed. libreswan is always strict. */
  readonly strict: boolean;
  readonly transforms: readonly ProposedTransform[];
  /** Words that are no algorithm of anybody. */
  readonly unknown: readonly string[];
  /** A DH group stands in it: for ESP, perfect forward secrecy. */
  readonly hasKeyExchange: boolean;
}

/** Splits the value of `ike=`, `esp=`, `phase2alg=`, `proposals =` into its proposals. */
export function splitProposals(value: string): readonly string[] {
  return value
    .split(',')
    .map((proposal) => proposal.trim())
    .filter((proposal) => proposal !== '');
}

/**
 * Reads one proposal: libreswan's `aes256-sha2_256;modp2048`, `aes_gcm256+chacha20_poly1305-sha2`, Openswan's `3des-md5-modp1024`,
 * strongSwan's `aes256gcm16-prfsha384-ecp384!`. A word is looked up in the language of all of them; what nobody knows is kept.
 * In an IKE proposal the hash beside a cipher that needs none (AES_GCM) is the PRF.
 */
export function parseProposal(text: string, use: 'ike' | 'esp'): ProposalFacts {
  const strict = text.trim().endsWith('!');
  const plain = text.trim().replace(/!$/, '').trim();
  const tokens: { token: AlgorithmToken; word: string }[] = [];
  const unknown: string[] = [];
  const words = plain.split(/[-;+]/).map((word) => word.trim());
  for (const word of words.filter((word) => word !== '' && word !== 'default').slice(0, MAX_WORDS)) {
    const last = tokens.at(-1);
    if (/^(128|192|256)$/.test(word) && last?.token.type === 'ENCR' && last.token.keyLength === undefined) {
      // libreswan's aes-256-sha1.
      last.token = { ...last.token, keyLength: Number(word) };
      last.word += `-${word}`;
      continue;
    }
    if (/^(96|128|192|256)$/.test(word) && last?.token.type === 'INTEG') {
      // Openswan's 3des-md5-96: the length to which it is cut anyway.
      last.word += `-${word}`;
      continue;
    }
    const token = word === 'null' && last?.token.type === 'ENCR' ? NO_INTEGRITY : findToken(word);
    if (token === undefined) unknown.push(word);
    else tokens.push({ token, word });
  }
  const ciphers = tokens.filter(({ token }) => token.type === 'ENCR');
  const combined = ciphers.length > 0 && ciphers.every(({ token }) => AEAD.has(token.id));
  const transforms = tokens.map(({ token, word }) => {
    const prf = combined && use === 'ike' && token.type === 'INTEG' ? prfOfHash[token.id] : undefined;
    return transformOf(prf === undefined ? token : { type: 'PRF', id: prf }, word);
  });
  return { text: plain, strict, transforms, unknown, hasKeyExchange: transforms.some(({ type, id }) => type === 'KE' && id !== 0) };
}

const NO_INTEGRITY: AlgorithmToken = { type: 'INTEG', id: 0 };

/** Ciphers that carry their own integrity. */
const AEAD = new Set([14, 15, 16, 18, 19, 20, 21, 25, 26, 27, 28]);

/** A proposal of more words was not written by a person. */
const MAX_WORDS = 200;

const registries = {
  ENCR: ENCRYPTION_ALGORITHMS,
  PRF: PRFS,
  INTEG: INTEGRITY_ALGORITHMS,
  KE: KEY_EXCHANGE_METHODS,
  ADDKE: KEY_EXCHANGE_METHODS,
  SN: SEQUENCE_NUMBERS,
} as const;

function transformOf(token: AlgorithmToken, word: string): ProposedTransform {
  const name = (registries[token.type] as Readonly<Record<number, string>>)[token.id] ?? word;
  const weakness = weaknessOf(token);
  return {
    type: token.type,
    id: token.id,
    name,
    ...(token.keyLength !== undefined && { keyLength: token.keyLength }),
    word,
    ...(weakness !== undefined && { weakness }),
    removed: REMOVED[`${token.type} ${token.id}`] ?? [],
  };
}

function weaknessOf({ type, id }: AlgorithmToken): Weakness | undefined {
  switch (type) {
    case 'ENCR':
      return WEAK_V2_ENCRYPTION[id];
    case 'PRF':
      return WEAK_V2_PRF[id];
    case 'INTEG':
      return WEAK_V2_INTEGRITY[id];
    case 'KE':
    case 'ADDKE':
      return WEAK_GROUPS[id];
    case 'SN':
      return undefined;
  }
}

const strongswanDefault = { product: 'strongswan', version: '5.6.1', what: 'no longer in the default proposals' } as const;

/**
 * Sources: libreswan CHANGES (3.18, 3.19, 3.26, 3.30, 4.0), strongSwan NEWS (5.6.1). "Not built" means that a distribution could
 * switch it on again.
 */
const REMOVED: Readonly<Record<string, ProposedTransform['removed']>> = {
  'ENCR 2': [{ product: 'libreswan', version: '3.0', what: 'not implemented' }, strongswanDefault],
  'ENCR 3': [strongswanDefault],
  'ENCR 6': [{ product: 'libreswan', version: '4.0', what: 'removed' }],
  'ENCR 7': [{ product: 'libreswan', version: '3.0', what: 'not implemented' }, strongswanDefault],
  'ENCR 1026': [{ product: 'libreswan', version: '4.0', what: 'removed' }],
  'ENCR 1027': [{ product: 'libreswan', version: '4.0', what: 'removed' }],
  'INTEG 1': [{ product: 'libreswan', version: '3.19', what: 'no longer in the default proposals' }, strongswanDefault],
  'PRF 1': [{ product: 'libreswan', version: '3.20', what: 'no longer in the default proposals' }, strongswanDefault],
  'INTEG 2': [{ product: 'libreswan', version: '3.28', what: 'no longer in the default proposals of IKEv2' }],
  'KE 1': [{ product: 'libreswan', version: '3.0', what: 'not implemented' }],
  'KE 2': [{ product: 'libreswan', version: '3.30', what: 'not built' }, strongswanDefault],
  'KE 22': [{ product: 'libreswan', version: '3.19', what: 'not built' }],
  'KE 23': [{ product: 'libreswan', version: '3.26', what: 'not built' }],
  'KE 24': [{ product: 'libreswan', version: '3.26', what: 'not built' }],
};
