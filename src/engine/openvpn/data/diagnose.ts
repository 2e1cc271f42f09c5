import { noBytes } from '../../../crypto/cipher.js';
import type { OpenedData } from '../../../keymat/openvpn-data.js';
import {
  type Candidate,
  type FoundOpener,
  searchStaticOpener,
  searchTlsOpener,
  searchUnsignedOpener,
} from '../../../keymat/openvpn-data-search.js';
import type { KeyHalf } from '../../../keymat/openvpn-static-key.js';
import { type AgreedFraming, compressionFramings, openFraming } from '../../../wire/openvpn/compression.js';
import { innerMessage } from '../../../wire/openvpn/inner-messages.js';
import { P_DATA_V2 } from '../../../wire/openvpn/opcodes.js';
import type { DataKeys } from '../data-keys.js';
import { FRAGMENT_HEADER_LENGTH } from './fragments.js';
import { payloadKind } from './payload-kind.js';

/** Something about a data channel that the two ends have different, as the peer's packets show. */
export interface DataDifference {
  readonly what: 'key' | 'direction' | 'auth' | 'cipher' | 'fragment' | 'compression' | 'dev-type';
  /** Values as options have them: `SHA1`, `comp-lzo`, `0`. */
  readonly ours: string;
  readonly theirs: string;
}

export interface DiagnosedChannel {
  readonly keys: DataKeys;
  /** With a static key: its two halves, of which the peer may use the other. */
  readonly halves?: readonly [KeyHalf, KeyHalf];
  readonly device: 'tun' | 'tap';
  /** Seconds since 1970. */
  readonly second: number;
}

/** Which half of a key, or which of our two, opens what the peer sent. */
type Place = 'receive' | 'other';

const V1_HEADER = 1;
const V2_HEADER = 4;

/**
 * What the peer does otherwise than we expect, found by trying on packets of his: direction, digest and cipher, then, with what they give,
 * fragment headers, compression framing and kind of device. Empty when everything fits; one difference `key` when nothing opens.
 * @param packets as they came, from the opcode on
 */
export function diagnoseData(channel: DiagnosedChannel, packets: readonly Uint8Array[]): readonly DataDifference[] {
  const { keys } = channel;
  const found = packets.map((packet) => search(channel, packet)).filter((one) => one !== undefined);
  const [first] = found;
  if (first === undefined) return packets.length === 0 ? [] : [{ what: 'key', ours: 'this key', theirs: 'another key' }];
  const differences: DataDifference[] = [];
  if (first.key === 'other') differences.push(directionOf(channel));
  const [ourDigest, theirDigest] = [keys.digest?.name ?? 'none', first.digest?.name ?? 'none'];
  if (first.cipher?.kind !== 'aead' && keys.cipher?.kind !== 'aead' && ourDigest !== theirDigest)
    differences.push({ what: 'auth', ours: ourDigest, theirs: theirDigest });
  const [ourCipher, theirCipher] = [keys.cipher?.name ?? 'none', first.cipher?.name ?? 'none'];
  if (ourCipher !== theirCipher) differences.push({ what: 'cipher', ours: ourCipher, theirs: theirCipher });
  return [
    ...differences,
    ...insideDifferences(
      channel,
      found.map(({ opened }) => opened.plaintext ?? noBytes),
    ),
  ];
}

function search(channel: DiagnosedChannel, packet: Uint8Array): FoundOpener<Place> | undefined {
  const { keys, halves, second } = channel;
  const hint = { cipher: keys.cipher?.name ?? '', digest: keys.digest?.name ?? '' };
  const other = halves?.find((half) => half !== keys.receive) ?? keys.send;
  const candidates: readonly Candidate<Place>[] = [
    { key: 'receive', half: keys.receive },
    { key: 'other', half: other },
  ];
  if (keys.derivation === 'static') {
    return searchStaticOpener(packet, candidates, hint, second) ?? searchUnsignedOpener(packet, candidates, hint, second, makesSense);
  }
  const at = (packet[0] ?? 0) >> 3 === P_DATA_V2 ? V2_HEADER : V1_HEADER;
  const header = at === V2_HEADER ? packet.subarray(0, at) : noBytes;
  // With the same HMAC another cipher can give correct padding by chance.
  return searchTlsOpener(header, packet.subarray(at), candidates, hint, makesSense);
}

function makesSense({ plaintext }: OpenedData): boolean {
  return plaintext !== undefined && readings(plaintext).length > 0;
}

/** A direction is that of a half: the first is sent with by 0 and by ends without direction. */
function directionOf({ keys, halves }: DiagnosedChannel): DataDifference {
  if (halves === undefined) return { what: 'direction', ours: 'the keys that we receive with', theirs: 'the keys that we send with' };
  const ours = keys.send === keys.receive ? 'none' : keys.send === halves[0] ? '0' : '1';
  return { what: 'direction', ours, theirs: keys.receive === halves[0] ? '1' : '0 or none' };
}

/** A way to read what was decrypted that ends in something a tunnel carries. */
interface Reading {
  readonly fragment: boolean;
  readonly framing: AgreedFraming;
  /** Undefined: OpenVPN's own messages, which every device has. */
  readonly device: 'tun' | 'tap' | undefined;
}

function readings(plaintext: Uint8Array): readonly Reading[] {
  return [false, true].flatMap((fragment) => {
    const framed = fragment ? unfragmented(plaintext) : plaintext;
    if (framed === undefined) return [];
    return compressionFramings.flatMap((framing): readonly Reading[] => {
      const payload = openFraming(framing, framed);
      if (payload === undefined) return [];
      if (innerMessage(payload) !== undefined) return [{ fragment, framing, device: undefined }];
      const device = payloadKind(payload);
      return device === undefined ? [] : [{ fragment, framing, device }];
    });
  });
}

/** What stands behind the header of a payload that is no fragment. */
function unfragmented(plaintext: Uint8Array): Uint8Array | undefined {
  const header = plaintext.subarray(0, FRAGMENT_HEADER_LENGTH);
  return header.length === FRAGMENT_HEADER_LENGTH && header.every((byte) => byte === 0)
    ? plaintext.subarray(FRAGMENT_HEADER_LENGTH)
    : undefined;
}

function insideDifferences({ keys, device }: DiagnosedChannel, plaintexts: readonly Uint8Array[]): readonly DataDifference[] {
  const all = plaintexts.map(readings).filter((one) => one.length > 0);
  const { framing } = keys.compression;
  const fits = (reading: Reading) =>
    reading.fragment === keys.fragment && reading.framing === framing && (reading.device ?? device) === device;
  if (all.length === 0 || all.every((one) => one.some(fits))) return [];
  // What most packets allow; of equals what is nearest to ours.
  const scored = [false, true].flatMap((fragment) =>
    compressionFramings.flatMap((one) =>
      (['tun', 'tap'] as const).map((kind) => {
        const same = (reading: Reading) => reading.fragment === fragment && reading.framing === one && (reading.device ?? kind) === kind;
        const score = all.filter((of) => of.some(same)).length;
        const near = Number(fragment === keys.fragment) + Number(one === framing) + Number(kind === device);
        return { fragment, framing: one, device: kind, score: score * 4 + near };
      }),
    ),
  );
  const best = scored.reduce((top, one) => (one.score > top.score ? one : top));
  const differences: DataDifference[] = [];
  if (best.fragment !== keys.fragment) differences.push({ what: 'fragment', ours: onOff(keys.fragment), theirs: onOff(best.fragment) });
  if (best.framing !== framing) differences.push({ what: 'compression', ours: optionOf(framing), theirs: optionOf(best.framing) });
  if (best.device !== device) differences.push({ what: 'dev-type', ours: device, theirs: best.device });
  return differences;
}

function onOff(value: boolean): string {
  return value ? 'fragment' : 'no fragment';
}

/** The line of a configuration that frames so. */
function optionOf(framing: AgreedFraming): string {
  switch (framing) {
    case 'none':
      return 'no compression';
    case 'lzo':
      return 'comp-lzo';
    default:
      return `compress ${framing}`;
  }
}
