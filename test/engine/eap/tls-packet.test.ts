import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.js';
import {
  addFragment,
  decodeTlsPacket,
  fragmentTls,
  NO_PARTS,
  type PartialMessage,
  wholeMessage,
} from '../../../src/engine/eap/tls-packet.js';

describe('EAP-TLS packets, RFC 5216 §3.1', () => {
  it.each<[string, number[], object]>([
    ['start', [0x20], { start: true, more: false, fragment: new Uint8Array(0) }],
    ['acknowledgement', [0x00], { start: false, more: false, fragment: new Uint8Array(0) }],
    ['first of several', [0xc0, 0, 0, 4, 0, 1], { start: false, more: true, length: 1024, fragment: Uint8Array.of(1) }],
    ['last', [0x00, 9], { start: false, more: false, fragment: Uint8Array.of(9) }],
    ['reserved bits set', [0x1f, 9], { start: false, more: false, fragment: Uint8Array.of(9) }],
  ])('%s', (_, bytes, packet) => expect(decodeTlsPacket(Uint8Array.from(bytes))).toEqual(packet));

  it.each([[[]], [[0x80]], [[0x80, 0, 0, 4]]])('%j is cut', (bytes) =>
    expect(() => decodeTlsPacket(Uint8Array.from(bytes))).toThrow(DecodeError),
  );

  it('whatever length goes through in fragments', () => {
    fc.assert(
      fc.property(fc.nat(5000), (length) => {
        const message = Uint8Array.from({ length }, (_, i) => i * 7);
        const packets = fragmentTls(message).map(decodeTlsPacket);
        expect(packets.map(({ more }) => more)).toEqual(packets.map((_, i) => i < packets.length - 1));
        expect(packets.map((packet) => packet.length)).toEqual(packets.map((_, i) => (i === 0 && length > 1024 ? length : undefined)));
        expect(new Uint8Array(wholeMessage(packets.reduce(addFragment, NO_PARTS)))).toEqual(message);
      }),
    );
  });

  it.each([
    ['more than its length', { start: false, more: true, length: 3, fragment: new Uint8Array(4) }, NO_PARTS],
    ['more than 64 KiB', { start: false, more: true, fragment: new Uint8Array(4) }, { parts: [], length: 65_533 } satisfies PartialMessage],
    ['more than 64 KiB by its own word', { start: false, more: true, length: 0xffffffff, fragment: new Uint8Array(70_000) }, NO_PARTS],
  ])('%s is refused', (_, packet, before) => expect(() => addFragment(before, packet)).toThrow(DecodeError));
});
