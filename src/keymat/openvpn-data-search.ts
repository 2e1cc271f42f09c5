import { type OpenvpnCipher, type OpenvpnDigest, openvpnCiphers, openvpnDigests } from './openvpn-algorithms.js';
import { type DataOpener, type OpenedData, prepareAeadOpener, prepareCbcOpener } from './openvpn-data.js';
import { EpochOpener } from './openvpn-epoch.js';
import type { KeyHalf } from './openvpn-static-key.js';

/** What opens a packet of the data channel. */
export interface FoundOpener<Key> {
  readonly opener: DataOpener;
  readonly opened: OpenedData;
  /** Undefined: none. */
  readonly cipher: OpenvpnCipher | undefined;
  readonly digest: OpenvpnDigest | undefined;
  readonly key: Key;
}

/** Half a key that may be the one, with whatever tells the caller which. */
export interface Candidate<Key> {
  readonly key: Key;
  readonly half: KeyHalf;
}

/** What is likeliest, by OpenVPN's names: tried first. */
export interface SearchHint {
  readonly cipher?: string;
  readonly digest?: string;
}

/** Long packet ids carry the time at which the sender began: no lab is further from the clock than this, seconds. */
const MAX_CLOCK = 10 * 365 * 86400;
const NO_HEADER = new Uint8Array(0);
const cbcCiphers: readonly OpenvpnCipher[] = openvpnCiphers.filter(({ kind }) => kind === 'cbc');

/**
 * Finds by trying what opens a packet of TLS mode, with an HMAC or as AEAD; only what is authentic counts.
 * @param accept says whether what came out can be: an HMAC does not tell which cipher is inside
 */
export function searchTlsOpener<Key>(
  header: Uint8Array,
  body: Uint8Array,
  candidates: readonly Candidate<Key>[],
  hint: SearchHint,
  accept: (opened: OpenedData) => boolean = () => true,
): FoundOpener<Key> | undefined {
  for (const [cipher, digest] of suites(hint)) {
    for (const { key, half } of candidates) {
      for (const opener of tlsOpeners(cipher, digest, half)) {
        const opened = opener.open(header, body);
        if (opened.authentic === true && opened.plaintext !== undefined && accept(opened)) return { opener, opened, cipher, digest, key };
      }
    }
  }
  return undefined;
}

/**
 * The same for a static key: the digest says which half, the time inside says which cipher.
 * @param second the clock, seconds since 1970
 */
export function searchStaticOpener<Key>(
  body: Uint8Array,
  candidates: readonly Candidate<Key>[],
  hint: SearchHint,
  second: number,
): FoundOpener<Key> | undefined {
  for (const { key, half } of candidates) {
    const digest = byHint(openvpnDigests, hint.digest).find((one) => signsStatic(one, half, body));
    const found = digest && openStatic(body, key, half, digest, hint, second);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The same without an HMAC (`auth none`): only what is inside tells, so that `accept` must look at it. */
export function searchUnsignedOpener<Key>(
  body: Uint8Array,
  candidates: readonly Candidate<Key>[],
  hint: SearchHint,
  second: number,
  accept: (opened: OpenedData) => boolean,
): FoundOpener<Key> | undefined {
  for (const { key, half } of candidates) {
    const found = openStatic(body, key, half, undefined, hint, second);
    if (found !== undefined && accept(found.opened)) return found;
  }
  return undefined;
}

/** Whether this half signed these bytes, as packets of static-key mode are. */
export function signsStatic(digest: OpenvpnDigest, half: KeyHalf, body: Uint8Array): boolean {
  // Without a cipher, and asked for the verdict of its HMAC only.
  return body.length > digest.length + 8 && prepareCbcOpener(undefined, digest, half, true).open(NO_HEADER, body).authentic === true;
}

function openStatic<Key>(
  body: Uint8Array,
  key: Key,
  half: KeyHalf,
  digest: OpenvpnDigest | undefined,
  hint: SearchHint,
  second: number,
): FoundOpener<Key> | undefined {
  for (const cipher of [...byHint(cbcCiphers, hint.cipher), undefined]) {
    const opener = prepareCbcOpener(cipher, digest, half, true);
    const opened = opener.open(NO_HEADER, body);
    const { time, packetId } = opened;
    if (time === undefined || packetId === undefined || packetId === 0 || Math.abs(time - second) > MAX_CLOCK) continue;
    return { opener, opened, cipher, digest, key };
  }
  return undefined;
}

/** AEAD has two kinds of packets: with epochs, and as it was before. */
function* tlsOpeners(cipher: OpenvpnCipher, digest: OpenvpnDigest | undefined, half: KeyHalf): Generator<DataOpener> {
  if (cipher.kind !== 'aead') yield prepareCbcOpener(cipher, digest, half, false);
  else {
    yield prepareAeadOpener(cipher, half);
    yield new EpochOpener(cipher, half);
  }
}

/** What was negotiated first, then everything else. */
function* suites(hint: SearchHint): Generator<readonly [OpenvpnCipher, OpenvpnDigest | undefined]> {
  for (const cipher of byHint(openvpnCiphers, hint.cipher)) {
    if (cipher.kind === 'aead') yield [cipher, undefined];
    else for (const digest of byHint(openvpnDigests, hint.digest)) yield [cipher, digest];
  }
}

function byHint<T extends { readonly name: string }>(all: readonly T[], name: string | undefined): readonly T[] {
  const wanted = name?.toUpperCase();
  return wanted === undefined ? all : [...all.filter((one) => one.name === wanted), ...all.filter((one) => one.name !== wanted)];
}
