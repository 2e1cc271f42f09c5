import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.js';
import { Secret } from '../../../src/bytes/secret.js';
import { cipherByName } from '../../../src/crypto/ciphers.js';
import type { ChildSa } from '../../../src/engine/child-sa.js';
import { InboundAh } from '../../../src/engine/esp/inbound-ah.js';
import { InboundEsp } from '../../../src/engine/esp/inbound-esp.js';
import { OutboundAh } from '../../../src/engine/esp/outbound-ah.js';
import { OutboundEsp } from '../../../src/engine/esp/outbound-esp.js';
import { readInnerPacket } from '../../../src/engine/inner/inner-packet.js';
import { sharedCaptures, skipReason } from '../../support/shared-captures.js';
import { everything } from './make-child.js';

/** A packet of an RFC or another's capture, in hex. `packet` runs from the SPI to the ICV. */
interface Vector {
  readonly id: string;
  readonly encryption: string;
  readonly integrity: string;
  readonly key: string;
  readonly salt: string;
  readonly integrityKey: string;
  readonly sequence: bigint;
  readonly esn: boolean;
  readonly iv: string;
  readonly packet: string;
  readonly payload: string;
  readonly nextHeader: number;
  readonly padLength: number;
}

const rfcs: readonly Vector[] = [
  {
    id: 'RFC 3602 §4 case 5',
    encryption: 'ENCR_AES_CBC',
    integrity: 'NONE',
    key: '90d382b410eeba7ad938c46cec1a82bf',
    salt: '',
    integrityKey: '',
    sequence: 0x1n,
    esn: false,
    iv: 'e96e8c08ab465763fd098d45dd3ff893',
    packet:
      '0000432100000001e96e8c08ab465763fd098d45dd3ff893f663c25d325c18c6a9453e194e120849a4870b66cc6b9965330013b4898dc856a4699e523a55db080b59ec3a8e4b7e52775b07d1db34ed9c538ab50c551b874aa269add047ad2d5913ac19b7cfbad4a6',
    payload:
      '08000ebda70a00008e9c083db95b070008090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637',
    nextHeader: 1,
    padLength: 14,
  },
  {
    id: 'RFC 3602 §4 case 7',
    encryption: 'ENCR_AES_CBC',
    integrity: 'NONE',
    key: '0123456789abcdef0123456789abcdef',
    salt: '',
    integrityKey: '',
    sequence: 0x2n,
    esn: false,
    iv: 'f4e765244f6407adf13dc1380f673f37',
    packet:
      '0000876500000002f4e765244f6407adf13dc1380f673f37773b5241a4c449225e4f3ce5ed611b0c237ca96cf74a93013c1b0ea1a0cf70f8e4ecaec78ac53aad7a0f022b859243c647752e94a859352b8a4d4d2decd136e5c177f132ad3fbfb2201ac9904c74ee0a109e0ca1e4dfe9d5a100b842f1c22f0d',
    payload:
      '45000054090400004001f988c0a87b03c0a87bc808009f76a90a0100b49c083d02a2040008090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637',
    nextHeader: 4,
    padLength: 10,
  },
  {
    id: 'RFC 7634 appendix A',
    encryption: 'ENCR_CHACHA20_POLY1305',
    integrity: 'NONE',
    key: '808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f',
    salt: 'a0a1a2a3',
    integrityKey: '',
    sequence: 0x5n,
    esn: false,
    iv: '1011121314151617',
    packet:
      '0102030400000005101112131415161724039428b97f417e3c13753a4f05087b67c352e6a7fab1b982d466ef407ae5c614ee8099d52844eb61aa95dfab4c02f72aa71e7c4c4f64c9befe2facc638e8f3cbec163fac469b502773f6fb94e664da9165b82829f641e076aaa8266b7fb0f7b11b369907e1ad43',
    payload:
      '45000054a6f200004001e778c6336405c000020508005b7a3a080000553bec100007362708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637',
    nextHeader: 4,
    padLength: 2,
  },
  {
    id: 'draft-mcgrew-gcm-test-01 case 1, ESN',
    encryption: 'ENCR_AES_GCM_16',
    integrity: 'NONE',
    key: '4c80cdefbb5d10da906ac73c3613a634',
    salt: '2e443b68',
    integrityKey: '',
    sequence: 0x8765432100000000n,
    esn: true,
    iv: '4956ed7e3b244cfe',
    packet:
      '00004321000000004956ed7e3b244cfefecf537e729d5b07dc30df528dd22b768d1b98736696a6fd348509fa13ceac34cfa2436f14a3f3cf65925bf1f4a13c5d15b21e1884f5ff6247aeabb786b93bce61bc17d768fd9732459018148f6cbe722fd04796562dfdb4',
    payload:
      '45000048699a000080114db7c0a80102c0a801010a9bf15638d301000001000000000000045f736970045f756470037369700963796265726369747902646b0000210001',
    nextHeader: 1,
    padLength: 2,
  },
  {
    id: 'draft-mcgrew-gcm-test-01: RFC 4543',
    encryption: 'ENCR_NULL_AUTH_AES_GMAC',
    integrity: 'NONE',
    key: '4c80cdefbb5d10da906ac73c3613a634',
    salt: '22433c64',
    integrityKey: '',
    sequence: 7n,
    esn: false,
    iv: '0000000000000000',
    packet:
      '0000432100000007000000000000000045000030da3a00008001df3bc0a80005c0a800010800c6cd020007006162636465666768696a6b6c6d6e6f707172737401020201f2a9a836e155106aa8dcd618e4099aaa',
    payload: '45000030da3a00008001df3bc0a80005c0a800010800c6cd020007006162636465666768696a6b6c6d6e6f7071727374',
    nextHeader: 1,
    padLength: 2,
  },
];

const ciphersOf: Readonly<Record<string, string>> = {
  'aes-gcm-16': 'ENCR_AES_GCM_16',
  'aes-ccm-16': 'ENCR_AES_CCM_16',
  'aes-cbc': 'ENCR_AES_CBC',
  '3des-cbc': 'ENCR_3DES',
  'des-cbc': 'ENCR_DES',
  'chacha20-poly1305': 'ENCR_CHACHA20_POLY1305',
  null: 'ENCR_NULL',
};
const integritiesOf: Readonly<Record<string, string>> = {
  none: 'NONE',
  NULL: 'NONE',
  'hmac-sha1-96': 'AUTH_HMAC_SHA1_96',
  'hmac-md5-96': 'AUTH_HMAC_MD5_96',
  'hmac-sha256-128': 'AUTH_HMAC_SHA2_256_128',
  SHA256_HMAC: 'AUTH_HMAC_SHA2_256_128',
  SHA384_HMAC: 'AUTH_HMAC_SHA2_384_192',
  SHA512_HMAC: 'AUTH_HMAC_SHA2_512_256',
  AES_GMAC: 'AUTH_AES_128_GMAC',
};

type Shared = Readonly<Record<string, string | undefined>> & { readonly pad_len?: number; readonly next_header?: number };

const shared = (
  sharedCaptures === undefined
    ? []
    : (JSON.parse(readFileSync(join(sharedCaptures, 'vectors.json'), 'utf8')) as { vectors: Shared[] }).vectors
) as readonly Shared[];

/** Those whose keys and payload are known in full. */
const sharedEsp = shared.flatMap((vector): Vector[] => {
  const encryption = ciphersOf[vector['enc'] ?? ''];
  const integrity = integritiesOf[vector['auth'] ?? 'none'];
  const { payload, pad_len: padLength, next_header: nextHeader } = vector;
  if (vector['proto'] !== 'esp' || encryption === undefined || integrity === undefined) return [];
  if (payload === undefined || padLength === undefined || nextHeader === undefined) return [];
  const packet = vector['packet'] ?? `${vector['spi']}${vector['seq']}${vector['iv']}${vector['ciphertext']}${vector['icv']}`;
  const high = typeof vector['seqhi'] === 'string' ? vector['seqhi'] : undefined;
  return [
    {
      id: vector['id'] ?? '',
      encryption,
      integrity,
      key: vector['key'] ?? '',
      salt: vector['salt'] ?? '',
      integrityKey: vector['auth_key'] ?? '',
      sequence: BigInt(`0x${high ?? ''}${vector['seq']}`),
      esn: high !== undefined,
      iv: vector['iv'] ?? '',
      packet,
      payload,
      nextHeader,
      padLength,
    },
  ];
});

function childOf(vector: Pick<Vector, 'encryption' | 'integrity' | 'key' | 'salt' | 'integrityKey' | 'esn' | 'packet'>): ChildSa {
  const spi = Number.parseInt(vector.packet.slice(0, 8), 16);
  const keys = {
    encryption: new Secret(fromHex(vector.key)),
    salt: new Secret(fromHex(vector.salt)),
    integrity: new Secret(fromHex(vector.integrityKey)),
  };
  return {
    protocol: 'esp',
    spiIn: spi,
    spiOut: spi,
    encryption: vector.encryption,
    keyLength: keys.encryption.length,
    integrity: vector.integrity,
    esn: vector.esn,
    keysIn: keys,
    keysOut: keys,
    mode: 'tunnel',
    localSelectors: everything,
    remoteSelectors: everything,
    encapsulation: 'none',
    noTfcPadding: false,
  };
}

/** A random source that makes the packet with this sequence number have this IV. */
function randomFor({ iv, sequence, encryption }: Vector) {
  const bytes = fromHex(iv);
  if (cipherByName(encryption)?.blockSize === 1 && bytes.length === 8) {
    // Counter modes mix the sequence number in.
    const counter = fromHex(sequence.toString(16).padStart(16, '0'));
    bytes.forEach((byte, i) => {
      bytes[i] = byte ^ (counter[i] as number);
    });
  }
  return (length: number) => {
    const out = new Uint8Array(length);
    out.set(bytes.subarray(0, length));
    return out;
  };
}

describe.each([
  ['of RFCs', rfcs],
  [`shared${skipReason}`, sharedEsp],
] as const)('ESP vectors %s', (_, vectors) => {
  if (vectors.length === 0) it.skip('none beside the checkout', () => {});
  it.each(vectors.map((vector) => [vector.id, vector] as const))('%s: opened', (_id, vector) => {
    const packet = fromHex(vector.packet);
    const inbound = new InboundEsp(childOf(vector), 64, vector.sequence === 0n ? 0n : vector.sequence - 1n);
    const opened = inbound.open(packet);
    expect(opened).toMatchObject({ kind: 'opened', nextHeader: vector.nextHeader, paddingOk: true });
    expect(opened.kind === 'opened' && toHex(opened.payload)).toBe(vector.payload);
    expect(inbound.open(packet)).toMatchObject({ kind: 'drop', reason: 'replayed' });
    // Any bit that is changed behind the sequence number shows, where there is an ICV.
    if (vector.integrity === 'NONE' && cipherByName(vector.encryption)?.icvLength === 0) return;
    for (let at = 8; at < packet.length; at += 5) {
      const changed = Uint8Array.from(packet, (byte, i) => (i === at ? byte ^ 4 : byte));
      const fresh = new InboundEsp(childOf(vector), 64, vector.sequence - 1n);
      expect(fresh.open(changed)).toMatchObject({ kind: 'drop', reason: 'icv' });
    }
  });

  it.each(vectors.map((vector) => [vector.id, vector] as const))('%s: made again', (_id, vector) => {
    const outbound = new OutboundEsp(childOf(vector), randomFor(vector), vector.sequence - 1n);
    expect(toHex(outbound.seal(fromHex(vector.payload), vector.nextHeader) ?? new Uint8Array(0))).toBe(vector.packet);
  });
});

describe.skipIf(sharedCaptures === undefined)(`AH vectors shared${skipReason}`, () => {
  if (sharedCaptures === undefined) it('are not there', () => {});
  it.each(shared.filter((vector) => vector['proto'] === 'ah').map((vector) => [vector['id'], vector] as const))('%s', (_id, vector) => {
    const child = {
      ...childOf({
        encryption: '',
        integrity: integritiesOf[vector['auth'] ?? ''] ?? '',
        key: '',
        salt: '',
        integrityKey: `${vector['auth_key']}${vector['salt']}`,
        esn: false,
        packet: vector['spi'] ?? '',
      }),
      protocol: 'ah',
    } as const;
    const packet = fromHex(vector['packet'] ?? '');
    const opened = new InboundAh(child).open(packet);
    const inner = fromHex(vector['inner'] ?? '');
    const tunnel = vector['mode'] === 'tunnel';
    const payload = tunnel ? inner : inner.subarray(20);
    expect(opened).toMatchObject({ kind: 'opened', nextHeader: tunnel ? 4 : 1 });
    expect(opened.kind === 'opened' && toHex(opened.payload)).toBe(toHex(payload));
    const ip = readInnerPacket(packet);
    const made = new OutboundAh(child, (length) => new Uint8Array(length)).seal(payload, tunnel ? 4 : 1, {
      local: ip?.src ?? '',
      remote: ip?.dst ?? '',
    });
    // Identification and IV are ours to choose; lengths are not.
    expect(made?.length).toBe(packet.length);
    expect(new InboundAh(child).open(made ?? packet)).toMatchObject({ kind: 'opened' });
  });
});
