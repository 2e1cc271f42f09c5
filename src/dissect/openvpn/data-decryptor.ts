import { type OpenvpnCipher, type OpenvpnDigest, openvpnCiphers, openvpnDigests } from '../../keymat/openvpn-algorithms.js';
import { type DataOpener, type OpenedData, prepareAeadOpener, prepareCbcOpener } from '../../keymat/openvpn-data.js';
import type { KeyHalf, StaticKey } from '../../keymat/openvpn-static-key.js';

/** How one direction was opened. */
export interface FoundOpener {
  readonly opener: DataOpener;
  readonly cipher: string;
  readonly digest: string | undefined;
  /** Which half of a static key it was. */
  readonly half: 0 | 1;
}

/** Packets that may be tried on before a direction is given up. */
const MAX_TRIALS = 4;
/** Long packet ids carry the time at which the sender began: no lab is further from the capture's own clock than this, seconds. */
const MAX_CLOCK = 10 * 365 * 86400;
const NO_HEADER = new Uint8Array(0);

/** Finds by trying which cipher, digest and half of which key opens the packets of one direction; the keys come with the first packet. */
export class DataDecryptor {
  found: FoundOpener | undefined;
  #trials = 0;

  /** Opens a packet of TLS mode; undefined while no key fits or none is there. */
  openTls(
    header: Uint8Array,
    body: Uint8Array,
    keys: readonly StaticKey[],
    fromClient: boolean,
    hint: { cipher?: string; digest?: string },
  ): OpenedData | undefined {
    if (this.found === undefined) {
      if (keys.length === 0 || this.#trials >= MAX_TRIALS) return undefined;
      this.#trials++;
      const half = fromClient ? 0 : 1;
      this.found = first(candidates(hint), (cipher, digest) => {
        for (const key of keys) {
          const opener = openerFor(cipher, digest, key.halves[half], false);
          const opened = opener.open(header, body);
          if (opened.authentic === true && opened.plaintext !== undefined)
            return { opener, cipher: cipher.name, digest: digest?.name, half };
        }
        return undefined;
      });
    }
    return this.found?.opener.open(header, body);
  }

  /** Opens a packet of static-key mode: the digest says which key, what is inside says which cipher. */
  openStatic(body: Uint8Array, keys: readonly StaticKey[], second: number): OpenedData | undefined {
    if (this.found === undefined) {
      if (keys.length === 0 || this.#trials >= MAX_TRIALS) return undefined;
      this.#trials++;
      this.found = findStatic(body, keys, second);
    }
    return this.found?.opener.open(NO_HEADER, body);
  }
}

/** Whether any half of the keys signed these bytes, as packets of static-key mode are. */
export function isStaticKeyPacket(body: Uint8Array, keys: readonly StaticKey[]): boolean {
  return keys.some(({ halves }) => halves.some((half) => openvpnDigests.some((digest) => signs(digest, half, body))));
}

function findStatic(body: Uint8Array, keys: readonly StaticKey[], second: number): FoundOpener | undefined {
  for (const { halves } of keys) {
    for (const [i, half] of halves.entries()) {
      const digest = openvpnDigests.find((one) => signs(one, half, body));
      if (digest === undefined) continue;
      for (const cipher of [...openvpnCiphers.filter(({ kind }) => kind === 'cbc'), undefined]) {
        const opener = prepareCbcOpener(cipher, digest, half, true);
        const { time, packetId } = opener.open(NO_HEADER, body);
        if (time === undefined || packetId === undefined || packetId === 0 || Math.abs(time - second) > MAX_CLOCK) continue;
        return { opener, cipher: cipher?.name ?? 'none', digest: digest.name, half: i as 0 | 1 };
      }
    }
  }
  return undefined;
}

function signs(digest: OpenvpnDigest, half: KeyHalf, body: Uint8Array): boolean {
  // Without a cipher, and asked for the verdict of its HMAC only.
  return body.length > digest.length + 8 && prepareCbcOpener(undefined, digest, half, true).open(NO_HEADER, body).authentic === true;
}

function openerFor(cipher: OpenvpnCipher, digest: OpenvpnDigest | undefined, half: KeyHalf, longIds: boolean): DataOpener {
  return cipher.kind === 'aead' ? prepareAeadOpener(cipher, half) : prepareCbcOpener(cipher, digest, half, longIds);
}

/** What was negotiated first, then everything else. */
function* candidates(hint: { cipher?: string; digest?: string }): Generator<readonly [OpenvpnCipher, OpenvpnDigest | undefined]> {
  const byHint = <T extends { readonly name: string }>(all: readonly T[], name: string | undefined): readonly T[] => [
    ...all.filter((one) => one.name === name),
    ...all.filter((one) => one.name !== name),
  ];
  for (const cipher of byHint(openvpnCiphers, hint.cipher?.toUpperCase())) {
    if (cipher.kind === 'aead') yield [cipher, undefined];
    else for (const digest of byHint(openvpnDigests, hint.digest?.toUpperCase())) yield [cipher, digest];
  }
}

function first<A, B, R>(pairs: Iterable<readonly [A, B]>, find: (a: A, b: B) => R | undefined): R | undefined {
  for (const [a, b] of pairs) {
    const found = find(a, b);
    if (found !== undefined) return found;
  }
  return undefined;
}
