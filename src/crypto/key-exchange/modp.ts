import { createDiffieHellman, type DiffieHellman } from 'node:crypto';
import { drawUntil } from '../random-source.js';
import { checkPublicLength, type KeyExchange, type KeyExchangeHalf, refusePublic, symmetric } from './key-exchange.js';
import type { ModpParameters } from './modp-groups.js';

/**
 * Diffie-Hellman over the integers modulo a prime (RFC 7296 §3.4: values as long as the prime, zeros in front).
 * @param exponentLength bytes of the private value: twice the strength of the group is enough in safe-prime groups (RFC 7919 §5.2) and
 *   several times faster than the full length; in the others it is the length of the subgroup's order
 */
export function modp(
  row: Pick<KeyExchange, 'name'> & { readonly ikev2: number; readonly bits: number; readonly exponentLength: number },
  parameters: () => ModpParameters,
): KeyExchange {
  const length = row.bits / 8;
  let group: Group | undefined;
  return symmetric({
    name: row.name,
    ikev2: row.ikev2,
    ikev1: row.ikev2,
    publicLength: { initiator: length, responder: length },
    parameters,
    initiate(random): KeyExchangeHalf {
      group ??= new Group(row.name, parameters());
      const known = group;
      const exponent = drawUntil(random, row.exponentLength, (bytes) => (known.takesExponent(bytes) ? bytes.slice() : undefined));
      return {
        publicValue: known.publicOf(exponent),
        finish(peer) {
          checkPublicLength(row.name, peer, length);
          known.checkPublic(peer);
          return known.power(peer, exponent);
        },
      };
    },
  });
}

/** The numbers of a group, set up once: OpenSSL checks a prime that it does not know by name for tens of milliseconds. */
class Group {
  readonly #dh: DiffieHellman;
  readonly #prime: bigint;
  readonly #order: bigint | undefined;
  readonly #length: number;

  constructor(
    readonly name: string,
    { prime, generator, order }: ModpParameters,
  ) {
    this.#dh = createDiffieHellman(prime, generator);
    this.#prime = toBigInt(prime);
    this.#order = order === undefined ? undefined : toBigInt(order);
    this.#length = prime.length;
  }

  /** 1 < x, and below the order where that is small (RFC 5114 §3: x in [1, q-1]). */
  takesExponent(bytes: Uint8Array): boolean {
    const exponent = toBigInt(bytes);
    return exponent > 1n && (this.#order === undefined || exponent < this.#order);
  }

  publicOf(exponent: Uint8Array): Uint8Array {
    this.#dh.setPrivateKey(exponent);
    return this.#padded(this.#dh.generateKeys());
  }

  power(base: Uint8Array, exponent: Uint8Array): Uint8Array {
    this.#dh.setPrivateKey(exponent);
    return this.#padded(this.#dh.computeSecret(base));
  }

  /** RFC 6989 §2.1 and §2.2. @throws DecodeError */
  checkPublic(value: Uint8Array): void {
    const y = toBigInt(value);
    if (y === 0n || y === 1n) throw refusePublic(this.name, `it is ${y}, which makes the secret known`);
    if (y === this.#prime - 1n) throw refusePublic(this.name, 'it is p-1, which leaves two secrets to choose from');
    if (y >= this.#prime) throw refusePublic(this.name, 'it is not smaller than the prime');
    if (this.#order === undefined) return;
    // y^q = 1, in the form y^(q-1) · y = 1: OpenSSL refuses to hand out a power that is 1.
    const inverse = toBigInt(this.power(value, fromBigInt(this.#order - 1n)));
    if ((inverse * y) % this.#prime !== 1n) throw refusePublic(this.name, 'it lies outside the subgroup of the generator');
  }

  #padded(value: Uint8Array): Uint8Array {
    const out = new Uint8Array(this.#length);
    out.set(value, this.#length - value.length);
    return out;
  }
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`);
}

function fromBigInt(value: bigint): Uint8Array {
  const digits = value.toString(16);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
}
