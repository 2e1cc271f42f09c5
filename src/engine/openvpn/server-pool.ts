import { addressText } from '../../wire/ike/address-text.js';
import { addressBytes } from '../../wire/ip/address.js';
import type { ServerSettings, TlsSettings, TunnelAddress } from './settings.js';

/** Addresses of net30: a network of four for each client, of which the client has the second and the server the first. */
const NET30 = 4;

/** Addresses that a server gives to its clients, each to one session at a time. */
export class ServerPool {
  readonly #settings: TlsSettings;
  readonly #pool: ServerSettings['pool'];
  /** Which of the pool are taken, by the session's number. */
  readonly #taken = new Map<number, number>();

  constructor(settings: TlsSettings) {
    this.#settings = settings;
    this.#pool = settings.server?.pool;
  }

  /** What `ifconfig` of the client is: with `none` nobody is given anything, undefined when all are taken. */
  lease(session: number): TunnelAddress | 'none' | undefined {
    const pool = this.#pool;
    if (pool === undefined) return 'none';
    const { topology, device, ifconfig } = this.#settings;
    const used = new Set(this.#taken.values());
    const index = this.#taken.get(session) ?? Array.from({ length: pool.count }).findIndex((_, i) => !used.has(i));
    if (index < 0) return undefined;
    this.#taken.set(session, index);
    if (device === 'tap' || topology === 'subnet') return { local: plus(pool.first, index), remoteOrNetmask: pool.netmask };
    if (topology === 'p2p') return { local: plus(pool.first, index), remoteOrNetmask: ifconfig?.local ?? pool.first };
    return { local: plus(pool.first, NET30 * index), remoteOrNetmask: plus(pool.first, NET30 * index - 1) };
  }

  release(session: number): void {
    this.#taken.delete(session);
  }

  get size(): number {
    return this.#taken.size;
  }
}

function plus(address: string, n: number): string {
  const value = addressBytes(address).reduce((sum, byte) => sum * 256 + byte, 0) + n;
  return addressText(Uint8Array.of((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff));
}
