import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { ByteWriter } from '../../../src/bytes/writer.js';
import { judgeNat, natNotifies } from '../../../src/engine/ikev2/nat-detection.js';
import { decodeChain, encodeChain, type OutgoingPayload } from '../../../src/wire/ike/chain.js';
import { I500 } from '../../support/ike-settings.js';
import { seededBytes } from '../../support/seeded-random.js';

const spis = { spiI: new Uint8Array(8).fill(1), spiR: new Uint8Array(8).fill(2) };
const seen = { channel: 'ike' as const, local: I500.remote, remote: I500.local };
const arrived = (payloads: readonly OutgoingPayload[]) => {
  const w = new ByteWriter();
  encodeChain(payloads, 2, w);
  return decodeChain(w.finish(), payloads[0]?.type ?? 0, 2).payloads;
};

it('hashes SPIs, address and port (RFC 7296 §2.23)', () => {
  const [source] = natNotifies(spis, I500, false, seededBytes(1));
  const expected = createHash('sha1')
    .update(Buffer.concat([spis.spiI, spis.spiR, Uint8Array.of(192, 0, 2, 1, 0x01, 0xf4)]))
    .digest();
  expect(source?.kind === 'notify' && Buffer.from(source.value.data)).toEqual(expected);
});

it.each<[string, boolean, typeof seen, boolean, boolean]>([
  ['no NAT', false, seen, false, false],
  ['a NAT before the sender', false, { ...seen, remote: { address: '203.0.113.9', port: 500 } }, false, true],
  ['a NAT that changes the port alone', false, { ...seen, remote: { ...seen.remote, port: 1024 } }, false, true],
  ['a NAT before the receiver', false, { ...seen, local: { address: '10.0.0.9', port: 500 } }, true, false],
  ['a pretended one', true, seen, false, true],
])('finds %s', (_, force, path, usBehindNat, peerBehindNat) => {
  const payloads = arrived(natNotifies(spis, I500, force, seededBytes(1)));
  expect(judgeNat(spis, path, payloads)).toEqual({ usBehindNat, peerBehindNat, supported: true });
});

it('says nothing about a peer that sends none', () => {
  expect(judgeNat(spis, seen, [])).toEqual({ usBehindNat: false, peerBehindNat: false, supported: false });
});
