import { DataChannel, type DataChannelOptions } from '../../../../src/engine/openvpn/data/data-channel.js';
import type { DataKeys } from '../../../../src/engine/openvpn/data-keys.js';
import { openvpnCipher, openvpnDigest } from '../../../../src/keymat/openvpn-algorithms.js';
import { halvesOf, type KeyDirection, splitStaticKey } from '../../../../src/keymat/openvpn-static-key.js';
import type { AgreedFraming } from '../../../../src/wire/openvpn/compression.js';
import { seededRandom } from '../../esp/make-child.js';

/** A key for tests only. */
export const staticKey = splitStaticKey(Uint8Array.from({ length: 256 }, (_, i) => (i * 7 + 3) & 0xff));

export interface KeyWishes {
  readonly cipher?: string;
  readonly digest?: string;
  readonly framing?: AgreedFraming;
  readonly compressOut?: boolean;
  readonly keyId?: number;
  readonly peerId?: number;
  readonly fragment?: boolean;
  readonly derivation?: DataKeys['derivation'];
  readonly epochs?: true;
  readonly key?: typeof staticKey;
}

/** The keys of one end; the other has the other direction. */
export function makeKeys(direction: KeyDirection, wishes: KeyWishes = {}): DataKeys {
  const { cipher = 'AES-256-GCM', digest = 'SHA256', framing = 'none', compressOut = false } = wishes;
  const found = openvpnCipher(cipher);
  return {
    keyId: wishes.keyId ?? 0,
    ...(wishes.peerId === undefined ? {} : { peerId: wishes.peerId }),
    cipher: found,
    digest: found?.kind === 'aead' ? undefined : openvpnDigest(digest),
    ...halvesOf(wishes.key ?? staticKey, direction),
    compression: { framing, compressOut },
    fragment: wishes.fragment ?? false,
    derivation: wishes.derivation ?? 'key method 2',
    ...(wishes.epochs && { epochs: true }),
  };
}

export function makeChannel(direction: KeyDirection, wishes: KeyWishes = {}, options: Partial<DataChannelOptions> = {}): DataChannel {
  const channel = new DataChannel({
    order: 'unordered',
    device: 'tun',
    random: seededRandom(5),
    date: () => 1_700_000_000_000,
    ...options,
  });
  channel.add(makeKeys(direction, wishes), 0);
  channel.activate(wishes.keyId ?? 0);
  return channel;
}
