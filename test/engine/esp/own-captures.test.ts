import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.js';
import { Secret } from '../../../src/bytes/secret.js';
import { Dissector } from '../../../src/dissect/frame/dissector.js';
import type { AhSaKeys, EspSaKeys } from '../../../src/dissect/keys/key-ring.js';
import { readKeys } from '../../../src/dissect/keys/read-keys.js';
import type { ChildSa } from '../../../src/engine/child-sa.js';
import { InboundAh } from '../../../src/engine/esp/inbound-ah.js';
import { InboundEsp, type OpenedPayload } from '../../../src/engine/esp/inbound-esp.js';
import { OutboundEsp } from '../../../src/engine/esp/outbound-esp.js';
import { readInnerPacket } from '../../../src/engine/inner/inner-packet.js';
import { createCaptureReader } from '../../../src/pcapfile/reader.js';
import { inflateIpcomp } from '../../../src/wire/ipcomp-deflate.js';
import { everything } from './make-child.js';

const root = fileURLToPath(new URL('../../../captures', import.meta.url));
const slugs = existsSync(root) ? readdirSync(root).filter((slug) => existsSync(join(root, slug, 'keys.json'))) : [];

function childOf(keys: EspSaKeys | AhSaKeys, spi: number, esn: boolean): ChildSa {
  const ah = 'integritySalt' in keys;
  const saKeys = ah
    ? {
        encryption: new Secret(new Uint8Array(0)),
        salt: new Secret(new Uint8Array(0)),
        integrity: new Secret(Buffer.concat([keys.integrityKey.reveal(), keys.integritySalt.reveal()])),
      }
    : { encryption: keys.key, salt: keys.salt, integrity: keys.integrityKey };
  return {
    protocol: ah ? 'ah' : 'esp',
    spiIn: spi,
    spiOut: spi,
    ...(ah ? {} : { encryption: keys.cipher.name }),
    keyLength: saKeys.encryption.length,
    integrity: keys.integrity.name,
    esn,
    keysIn: saKeys,
    keysOut: saKeys,
    mode: 'tunnel',
    localSelectors: everything,
    remoteSelectors: everything,
    encapsulation: 'none',
    noTfcPadding: false,
  };
}

interface Seen {
  opened: number;
  again: number;
  compressed: number;
  readonly reasons: Map<string, number>;
}

/** Everything that kernels and daemons sealed in a capture, through the engine: opened, and what was opened sealed once more. */
function replay(slug: string): Seen {
  const ring = readKeys(readFileSync(join(root, slug, 'keys.json'), 'utf8'), 'keys.json');
  const dissector = new Dissector();
  const inbound = new Map<string, readonly { readonly child: ChildSa; readonly sa: InboundEsp | InboundAh }[]>();
  const seen: Seen = { opened: 0, again: 0, compressed: 0, reasons: new Map() };
  const follow = (name: string, spi: number, found: readonly (EspSaKeys | AhSaKeys)[]) => {
    const known = inbound.get(name);
    if (known !== undefined) return known;
    // Keys do not say whether sequence numbers are extended: one of the two fits.
    const both = found.slice(0, 1).flatMap((keys) => [false, true].map((esn) => childOf(keys, spi, esn)));
    const made = both.map((child) => ({ child, sa: child.protocol === 'ah' ? new InboundAh(child, 4096) : new InboundEsp(child, 4096) }));
    inbound.set(name, made);
    return made;
  };
  const reader = createCaptureReader((view) => {
    for (const unit of dissector.dissect(view).units) {
      if (unit.kind !== 'esp' && unit.kind !== 'ah') continue;
      const { spi } = unit;
      const [src, dst] = [unit.src.address, unit.dst.address];
      const keys = unit.kind === 'esp' ? ring.findEsp(src, dst, spi) : ring.findAh(src, dst, spi);
      const packet = unit.kind === 'esp' ? unit.bytes : unit.datagram;
      const before = toHex(packet);
      const results = follow(`${src} ${dst} ${spi}`, spi, keys).map(({ child, sa }) => ({ child, result: sa.open(packet) }));
      expect(toHex(packet)).toBe(before);
      const good = results.find(({ result }) => result.kind === 'opened');
      if (good?.result.kind !== 'opened') {
        const reason = results.map(({ result }) => (result.kind === 'drop' ? result.reason : '')).find((one) => one !== 'icv') ?? 'icv';
        if (results.length > 0) seen.reasons.set(reason, (seen.reasons.get(reason) ?? 0) + 1);
        continue;
      }
      seen.opened++;
      const { nextHeader, payload } = good.result;
      expect(good.result.paddingOk).toBe(true);
      if (nextHeader === 4 || nextHeader === 41) expect(readInnerPacket(payload)).toBeDefined();
      if (nextHeader === 108) {
        seen.compressed++;
        expect(readInnerPacket(inflateIpcomp(payload) ?? payload)).toBeDefined();
      }
      if (unit.kind === 'esp') {
        expect(toHex(sealAgain(good.child, packet, good.result, unit.sequence))).toBe(before);
        seen.again++;
      }
    }
  });
  reader.feed(readFileSync(join(root, slug, 'capture.pcap')));
  reader.end();
  return seen;
}

/** The same packet made by us, with the IV of the peer. */
function sealAgain(child: ChildSa, packet: Uint8Array, { payload, nextHeader }: OpenedPayload, sequence: number): Uint8Array {
  const iv = new Uint8Array(16);
  iv.set(packet.subarray(8, 24));
  const counter = new Uint8Array(8);
  new DataView(counter.buffer).setUint32(4, sequence);
  const random = (length: number) =>
    // Eight bytes are the mask of a counter, more the stock of a block cipher.
    length === 8 ? counter.map((byte, i) => byte ^ (iv[i] as number)) : Uint8Array.from({ length }, (_, i) => iv[i] ?? 0);
  return new OutboundEsp(child, random, BigInt(sequence) - 1n).seal(payload, nextHeader) ?? payload;
}

describe('what kernels and daemons sealed', () => {
  const sums = { opened: 0, again: 0, compressed: 0 };
  for (const slug of slugs) {
    const expected = JSON.parse(readFileSync(join(root, slug, 'expect.json'), 'utf8')) as { readonly finding: unknown };
    it(slug, () => {
      const seen = replay(slug);
      sums.opened += seen.opened;
      sums.again += seen.again;
      sums.compressed += seen.compressed;
      const faults: Readonly<Record<string, readonly string[]>> = { 'esp/icv-bad': ['icv'], 'esp/icv-length-mismatch': ['block-size'] };
      const allowed = typeof expected.finding === 'string' ? (faults[expected.finding] ?? []) : [];
      expect([...seen.reasons.keys()].filter((reason) => !allowed.includes(reason))).toEqual([]);
    });
  }

  it.skipIf(slugs.length === 0)('was enough to tell', () => {
    expect(sums.opened).toBeGreaterThan(500);
    expect(sums.again).toBeGreaterThan(500);
    expect(sums.compressed).toBeGreaterThan(0);
  });
});
