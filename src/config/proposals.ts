import { type Dropped, gradeOf, type Weakness, weaknessOf } from '../crypto/grades.js';
import {
  ENCRYPTION_ALGORITHMS,
  INTEGRITY_ALGORITHMS,
  KEY_EXCHANGE_METHODS,
  PRFS,
  SEQUENCE_NUMBERS,
} from '../wire/ike/tables/transforms.js';
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
  readonly removed: readonly Dropped[];
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
  const { type, id, keyLength } = token;
  const name = (registries[type] as Readonly<Record<number, string>>)[id] ?? word;
  const graded = type === 'ADDKE' ? 'KE' : type;
  const weakness = graded === 'SN' ? undefined : weaknessOf(graded, id);
  return {
    type,
    id,
    name,
    ...(keyLength !== undefined && { keyLength }),
    word,
    ...(weakness !== undefined && { weakness }),
    removed: (graded === 'SN' ? undefined : gradeOf(graded, id))?.dropped ?? [],
  };
}
