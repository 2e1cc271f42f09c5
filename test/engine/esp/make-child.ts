import { cipherByName } from '../../../src/crypto/ciphers.js';
import { integrityByName } from '../../../src/crypto/integrity.js';
import type { RandomSource } from '../../../src/crypto/random-source.js';
import type { ChildSa } from '../../../src/engine/child-sa.js';
import { saKeyLength, splitSaKeys } from '../../../src/keymat/esp.js';
import type { AddressSelector } from '../../../src/wire/ike/payloads/ts.js';
import { TS_TYPE } from '../../../src/wire/ike/tables/identities.js';
import { parseAddressBytes } from '../../../src/wire/ip/address.js';

/** Reproducible bytes, other ones with each call (a linear congruential generator: for tests only). */
export function seededRandom(seed = 1): RandomSource {
  let state = seed >>> 0;
  return (length) =>
    Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    });
}

/** A selector from `start` to `end`, all protocols and ports unless said otherwise. */
export function selector(start: string, end = start, more: Partial<AddressSelector> = {}): AddressSelector {
  const type = start.includes(':') ? TS_TYPE.TS_IPV6_ADDR_RANGE : TS_TYPE.TS_IPV4_ADDR_RANGE;
  const bytes = (address: string) => parseAddressBytes(address) ?? new Uint8Array(0);
  return { type, protocol: 0, startPort: 0, endPort: 65535, start: bytes(start), end: bytes(end), ...more };
}

export const everything = [selector('0.0.0.0', '255.255.255.255'), selector('::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')] as const;

export interface ChildOptions extends Partial<Omit<ChildSa, 'encryption' | 'integrity'>> {
  readonly encryption?: string;
  readonly integrity?: string;
  /** Keys and SPIs differ by it. */
  readonly generation?: number;
}

/** Both ends of a CHILD_SA with keys made for tests. AES-GCM unless said otherwise; `integrity` alone makes AH. */
export function childPair(options: ChildOptions = {}): { readonly left: ChildSa; readonly right: ChildSa } {
  const { generation = 1, protocol = 'esp', ...rest } = options;
  const encryption = protocol === 'ah' ? undefined : (options.encryption ?? 'ENCR_AES_GCM_16');
  const cipher = encryption === undefined ? undefined : cipherByName(encryption);
  const integrity = integrityByName(options.integrity ?? 'NONE');
  if ((encryption !== undefined && cipher === undefined) || integrity === undefined) throw new TypeError('no such algorithms');
  const keyLength = options.keyLength ?? cipher?.keyLengths.at(-1) ?? 0;
  const random = seededRandom(generation);
  const keys = () => splitSaKeys(random(saKeyLength(cipher, keyLength, integrity)), cipher, keyLength, integrity);
  const [there, back] = [keys(), keys()];
  const { encryption: _, ...common } = {
    esn: false,
    mode: 'tunnel' as const,
    localSelectors: everything,
    remoteSelectors: everything,
    encapsulation: 'udp' as const,
    noTfcPadding: false,
    ...rest,
    protocol,
    keyLength,
    integrity: integrity.name,
  };
  const algorithms = encryption === undefined ? common : { ...common, encryption };
  const left: ChildSa = { ...algorithms, spiIn: 0x1000 + generation, spiOut: 0x2000 + generation, keysIn: back, keysOut: there };
  const right: ChildSa = {
    ...algorithms,
    spiIn: left.spiOut,
    spiOut: left.spiIn,
    keysIn: there,
    keysOut: back,
    localSelectors: left.remoteSelectors,
    remoteSelectors: left.localSelectors,
    ...(left.compression === undefined
      ? {}
      : { compression: { ...left.compression, cpiIn: left.compression.cpiOut, cpiOut: left.compression.cpiIn } }),
  };
  return { left, right };
}
