import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../../src/bytes/hex.js';
import { udpPacket } from '../../../../src/engine/inner/messages.js';
import { diagnoseData } from '../../../../src/engine/openvpn/data/diagnose.js';
import { type KeyDirection, splitStaticKey } from '../../../../src/keymat/openvpn-static-key.js';
import { PING } from '../../../../src/wire/openvpn/inner-messages.js';
import { type KeyWishes, makeChannel, makeKeys, staticKey } from './make-channel.js';

const packet = udpPacket({ src: '10.8.0.2', dst: '10.8.0.1' }, 1000, 2000, Buffer.alloc(200, 'a'));
const frame = Buffer.concat([fromHex('020000000001 020000000002 0800'.replaceAll(' ', '')), packet]);
/** The date of `makeChannel`. */
const second = 1_700_000_000;

interface End extends KeyWishes {
  readonly direction?: KeyDirection;
  readonly device?: 'tun' | 'tap';
}

/** What we find in packets of an end like `theirs`. */
function found(ours: End, theirs: End, payloads: readonly Uint8Array[] = [packet, PING]) {
  const channel = makeChannel(theirs.direction, theirs);
  const packets = payloads.flatMap((payload) => channel.seal(payload, 0));
  const keys = makeKeys(ours.direction, ours);
  const halves = ours.derivation === 'static' ? { halves: staticKey.halves } : {};
  const differences = diagnoseData({ keys, ...halves, device: ours.device ?? 'tun', second }, packets);
  return differences.map(({ what, ours: our, theirs: their }) => `${what}: ${our} | ${their}`);
}

describe('static key', () => {
  const base = { derivation: 'static', cipher: 'AES-256-CBC', digest: 'SHA1' } as const;
  const other = splitStaticKey(new Uint8Array(256).fill(1));

  it.each<readonly [string, End, End, readonly string[]]>([
    ['nothing', {}, {}, []],
    ['both directions', { direction: 0 }, { direction: 1 }, []],
    ['another key', {}, { key: other }, ['key: this key | another key']],
    ['both 0', { direction: 0 }, { direction: 0 }, ['direction: 0 | 0 or none']],
    ['both 1', { direction: 1 }, { direction: 1 }, ['direction: 1 | 1']],
    ['only we have one', { direction: 0 }, {}, ['direction: 0 | 0 or none']],
    ['only they have one', {}, { direction: 1 }, ['direction: none | 1']],
    ['digest', {}, { digest: 'SHA256' }, ['auth: SHA1 | SHA256']],
    ['they sign nothing', {}, { digest: 'none' }, ['auth: SHA1 | none']],
    ['we expect no signature', { digest: 'none' }, {}, ['auth: none | SHA1']],
    ['cipher', {}, { cipher: 'BF-CBC' }, ['cipher: AES-256-CBC | BF-CBC']],
    ['key length', {}, { cipher: 'AES-128-CBC' }, ['cipher: AES-256-CBC | AES-128-CBC']],
    ['they encrypt nothing', {}, { cipher: 'none' }, ['cipher: AES-256-CBC | none']],
    ['comp-lzo only there', {}, { framing: 'lzo' }, ['compression: no compression | comp-lzo']],
    ['comp-lzo only there, and it compresses', {}, { framing: 'lzo', compressOut: true }, ['compression: no compression | comp-lzo']],
    ['comp-lzo only here', { framing: 'lzo' }, {}, ['compression: comp-lzo | no compression']],
    ['compress and comp-lzo', { framing: 'lzo' }, { framing: 'stub' }, ['compression: comp-lzo | compress stub']],
    // Without anything compressed the bytes are the same.
    ['stub and lz4', { framing: 'lz4' }, { framing: 'stub' }, []],
    ['none and v2', { framing: 'stub-v2' }, {}, []],
    ['fragment', {}, { fragment: true }, ['fragment: no fragment | fragment']],
    [
      'everything',
      { direction: 0, framing: 'lzo' },
      { cipher: 'DES-EDE3-CBC', digest: 'MD5', fragment: true },
      [
        'direction: 0 | 0 or none',
        'auth: SHA1 | MD5',
        'cipher: AES-256-CBC | DES-EDE3-CBC',
        'fragment: no fragment | fragment',
        'compression: comp-lzo | no compression',
      ],
    ],
  ])('%s', (_name, ours, theirs, expected) => expect(found({ ...base, ...ours }, { ...base, ...theirs })).toEqual(expected));

  it('tun here, tap there', () => {
    expect(found(base, base, [frame])).toEqual(['dev-type: tun | tap']);
    expect(found({ ...base, device: 'tap' }, base, [packet])).toEqual(['dev-type: tap | tun']);
    expect(found({ ...base, device: 'tap' }, base, [frame, PING])).toEqual([]);
  });

  it('a ping alone says nothing about the device', () => {
    expect(found({ ...base, device: 'tap' }, base, [PING])).toEqual([]);
    expect(found({ ...base, device: 'tap' }, { ...base, framing: 'lzo' }, [PING])).toEqual(['compression: no compression | comp-lzo']);
  });
});

describe('TLS', () => {
  const base = { cipher: 'AES-256-CBC', digest: 'SHA256', direction: 0 } as const;
  const theirs = { ...base, direction: 1 } as const;

  it.each<readonly [string, End, End, readonly string[]]>([
    ['nothing', {}, {}, []],
    ['P_DATA_V2', {}, { peerId: 3 }, []],
    ['another cipher', {}, { cipher: 'AES-256-GCM', peerId: 3 }, ['cipher: AES-256-CBC | AES-256-GCM']],
    ['another of the same HMAC', {}, { cipher: 'CAMELLIA-256-CBC' }, ['cipher: AES-256-CBC | CAMELLIA-256-CBC']],
    ['another HMAC', {}, { digest: 'SHA1' }, ['auth: SHA256 | SHA1']],
    ['our own', {}, { direction: 0 }, ['direction: the keys that we receive with | the keys that we send with']],
    ['framing', { cipher: 'AES-128-GCM' }, { cipher: 'AES-128-GCM', framing: 'lzo' }, ['compression: no compression | comp-lzo']],
  ])('%s', (_name, ours, other, expected) => expect(found({ ...base, ...ours }, { ...theirs, ...other })).toEqual(expected));
});

it('without packets there is nothing to say, and noise opens with no key', () => {
  const channel = { keys: makeKeys(0, {}), device: 'tun', second } as const;
  expect(diagnoseData(channel, [])).toEqual([]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const still = { keys: makeKeys(undefined, { derivation: 'static', cipher: 'AES-128-CBC' }), halves: staticKey.halves };
      for (const one of [channel, { ...channel, ...still }]) expect(diagnoseData(one, [bytes]).map(({ what }) => what)).toEqual(['key']);
    }),
    { seed: 5, numRuns: 30 },
  );
});
