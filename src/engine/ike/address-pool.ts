import { addressText } from '../../wire/ike/address-text.js';
import { addressBytes } from '../../wire/ip/address.js';

/** More than this many addresses are not looked through for a free one. */
const LARGEST = 65_536;

/** Addresses in a row, IPv4 or IPv6. */
export interface PoolRange {
  readonly first: string;
  readonly count: number;
}

interface Range {
  readonly first: Uint8Array;
  readonly count: number;
}

/** Addresses to give by configuration payload, each to one IKE SA at a time. Throws `UsageError` for a pool that is no address. */
export class AddressPool {
  readonly #ranges: readonly Range[];
  /** Address to the number of the IKE SA that has it. */
  readonly #leases = new Map<string, number>();

  constructor(ranges: readonly PoolRange[] = []) {
    this.#ranges = ranges.map(({ first, count }) => ({ first: addressBytes(first), count: Math.min(count, LARGEST) }));
  }

  get size(): number {
    return this.#leases.size;
  }

  /** Gives the IKE SA an address of the family: the one that it has, else the one asked for when it is free. Undefined: none left. */
  lease(owner: number, family: 4 | 6, asked?: Uint8Array): string | undefined {
    for (const [address, of] of this.#leases) if (of === owner && address.includes(':') === (family === 6)) return address;
    const length = family === 4 ? 4 : 16;
    const ranges = this.#ranges.filter(({ first }) => first.length === length);
    const wish = asked?.length === length && ranges.some((range) => contains(range, asked)) ? addressText(asked) : undefined;
    if (wish !== undefined && !this.#leases.has(wish)) {
      this.#leases.set(wish, owner);
      return wish;
    }
    for (const range of ranges) {
      for (let i = 0; i < range.count; i++) {
        const address = addressText(plus(range.first, i));
        if (this.#leases.has(address)) continue;
        this.#leases.set(address, owner);
        return address;
      }
    }
    return undefined;
  }

  /** An IKE SA that was rekeyed keeps its addresses under its new number. */
  move(from: number, to: number): void {
    for (const [address, owner] of this.#leases) if (owner === from) this.#leases.set(address, to);
  }

  release(owner: number): void {
    for (const [address, of] of this.#leases) if (of === owner) this.#leases.delete(address);
  }
}

function plus(first: Uint8Array, n: number): Uint8Array {
  const address = first.slice();
  for (let i = address.length - 1, carry = n; i >= 0 && carry > 0; i--) {
    carry += address[i] as number;
    address[i] = carry & 0xff;
    carry = Math.floor(carry / 256);
  }
  return address;
}

function contains({ first, count }: Range, address: Uint8Array): boolean {
  return Buffer.compare(address, first) >= 0 && Buffer.compare(address, plus(first, count - 1)) <= 0;
}
