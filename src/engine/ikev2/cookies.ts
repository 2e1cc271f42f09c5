import { timingSafeEqual } from 'node:crypto';
import { prepareHmac } from '../../crypto/hash.js';
import type { RandomSource } from '../../crypto/random-source.js';
import { addressBytes } from '../../wire/ip/address.js';

/** Milliseconds that a secret makes cookies; it checks them for as long again. */
const ROTATION = 60_000;
const SECRET_LENGTH = 32;

/** What a cookie is bound to (RFC 7296 §2.6). */
export interface CookieClaim {
  readonly nonce: Uint8Array;
  readonly spiI: Uint8Array;
  readonly address: string;
}

type Mac = (parts: readonly Uint8Array[]) => Uint8Array;

/** Makes and checks cookies without keeping anything of those who ask; the secret behind them changes every minute. */
export class Cookies {
  #version = 0;
  #current: Mac;
  #previous: Mac | undefined;
  #since: number;

  constructor(
    private readonly random: RandomSource,
    now: number,
  ) {
    this.#current = this.#newSecret();
    this.#since = now;
  }

  #newSecret(): Mac {
    return prepareHmac('sha256', this.random(SECRET_LENGTH));
  }

  #rotate(now: number): void {
    const age = now - this.#since;
    if (age < ROTATION) return;
    this.#previous = age < 2 * ROTATION ? this.#current : undefined;
    this.#current = this.#newSecret();
    this.#version = (this.#version + 1) & 0xff;
    this.#since = now;
  }

  /** The cookie that this initiator must return. */
  make(claim: CookieClaim, now: number): Uint8Array {
    this.#rotate(now);
    return cookieOf(this.#version, this.#current, claim);
  }

  /** Whether it is one that we gave to this initiator within the last minute or two. */
  check(cookie: Uint8Array, claim: CookieClaim, now: number): boolean {
    this.#rotate(now);
    const version = cookie[0];
    const secret = version === this.#version ? this.#current : version === ((this.#version - 1) & 0xff) ? this.#previous : undefined;
    if (secret === undefined || version === undefined) return false;
    const expected = cookieOf(version, secret, claim);
    return cookie.length === expected.length && timingSafeEqual(cookie, expected);
  }
}

function cookieOf(version: number, secret: Mac, { nonce, spiI, address }: CookieClaim): Uint8Array {
  return Buffer.concat([Uint8Array.of(version), secret([nonce, spiI, addressBytes(address)])]);
}
