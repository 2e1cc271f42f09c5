import { ecp } from './ecp.js';
import type { KeyExchange } from './key-exchange.js';
import { mlKem } from './ml-kem.js';
import { modp } from './modp.js';
import { modp768, modp1024, modp1024Of160, modp2048Of224, modp2048Of256, rfc3526 } from './modp-groups.js';
import { montgomery } from './montgomery.js';

/**
 * Every key exchange method we can run, by IANA's number and name (transform type 4 of IKEv2, taken 2026-11; the groups that IKEv1 has
 * bear the same numbers there). Without: the binary curves of IKEv1, which nobody offers, and GOST.
 */
export const keyExchanges: readonly KeyExchange[] = [
  modp({ name: 'MODP_768', ikev2: 1, bits: 768, exponentLength: 29 }, () => modp768),
  modp({ name: 'MODP_1024', ikev2: 2, bits: 1024, exponentLength: 29 }, () => modp1024),
  modp({ name: 'MODP_1536', ikev2: 5, bits: 1536, exponentLength: 29 }, () => rfc3526('modp5')),
  // Exponents: 225, 275, 325, 375 and 400 bits of RFC 7919 appendix A, in whole bytes.
  modp({ name: 'MODP_2048', ikev2: 14, bits: 2048, exponentLength: 29 }, () => rfc3526('modp14')),
  modp({ name: 'MODP_3072', ikev2: 15, bits: 3072, exponentLength: 35 }, () => rfc3526('modp15')),
  modp({ name: 'MODP_4096', ikev2: 16, bits: 4096, exponentLength: 41 }, () => rfc3526('modp16')),
  modp({ name: 'MODP_6144', ikev2: 17, bits: 6144, exponentLength: 47 }, () => rfc3526('modp17')),
  modp({ name: 'MODP_8192', ikev2: 18, bits: 8192, exponentLength: 50 }, () => rfc3526('modp18')),
  ecp({ name: 'ECP_256', ikev2: 19, bits: 256 }, 'prime256v1'),
  ecp({ name: 'ECP_384', ikev2: 20, bits: 384 }, 'secp384r1'),
  ecp({ name: 'ECP_521', ikev2: 21, bits: 521 }, 'secp521r1'),
  modp({ name: 'MODP_1024_160', ikev2: 22, bits: 1024, exponentLength: 20 }, () => modp1024Of160),
  modp({ name: 'MODP_2048_224', ikev2: 23, bits: 2048, exponentLength: 28 }, () => modp2048Of224),
  modp({ name: 'MODP_2048_256', ikev2: 24, bits: 2048, exponentLength: 32 }, () => modp2048Of256),
  ecp({ name: 'ECP_192', ikev2: 25, bits: 192 }, 'prime192v1'),
  ecp({ name: 'ECP_224', ikev2: 26, bits: 224 }, 'secp224r1'),
  ecp({ name: 'ECP_224_BP', ikev2: 27, bits: 224 }, 'brainpoolP224r1'),
  ecp({ name: 'ECP_256_BP', ikev2: 28, bits: 256 }, 'brainpoolP256r1'),
  ecp({ name: 'ECP_384_BP', ikev2: 29, bits: 384 }, 'brainpoolP384r1'),
  ecp({ name: 'ECP_512_BP', ikev2: 30, bits: 512 }, 'brainpoolP512r1'),
  montgomery({ name: 'CURVE25519', ikev2: 31, length: 32 }, 'X25519'),
  montgomery({ name: 'CURVE448', ikev2: 32, length: 56 }, 'X448'),
  mlKem({ name: 'ML_KEM_512', ikev2: 35, publicLength: { initiator: 800, responder: 768 } }, 'ml_kem512'),
  mlKem({ name: 'ML_KEM_768', ikev2: 36, publicLength: { initiator: 1184, responder: 1088 } }, 'ml_kem768'),
  mlKem({ name: 'ML_KEM_1024', ikev2: 37, publicLength: { initiator: 1568, responder: 1568 } }, 'ml_kem1024'),
];

const byNumber = new Map(keyExchanges.map((method) => [method.ikev2, method]));
const byName = new Map(keyExchanges.map((method) => [method.name, method]));

/** By IKEv2 transform type 4 number. */
export function keyExchangeByIkev2(id: number): KeyExchange | undefined {
  return byNumber.get(id);
}

/** By the group description of IKEv1. */
export function keyExchangeByIkev1(id: number): KeyExchange | undefined {
  return keyExchanges.find((method) => method.ikev1 === id);
}

/** The group of integers modulo this prime, with this generator. */
export function modpGroupOf(prime: Uint8Array, generator: Uint8Array): KeyExchange | undefined {
  return keyExchanges.find(({ parameters }) => {
    if (parameters === undefined) return false;
    const known = parameters();
    return Buffer.compare(known.prime, withoutZeroes(prime)) === 0 && Buffer.compare(known.generator, withoutZeroes(generator)) === 0;
  });
}

function withoutZeroes(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? bytes.subarray(0, 0) : bytes.subarray(first);
}

export function keyExchangeByName(name: string): KeyExchange | undefined {
  return byName.get(name);
}
