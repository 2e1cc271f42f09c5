import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.js';
import { fromHex, toHex } from '../../../src/bytes/hex.js';
import { decodeMessage, decodeMessageStrictly, encodeMessage } from '../../../src/wire/ike/message.js';

/** IKE_SA_INIT refused: N(INVALID_KE_PAYLOAD) with group 19. */
const REFUSAL = '5a64e0edca3a3614 0102030405060708 29 20 22 20 00000000 00000026 0000 000a 00 00 0011 0013';

describe('decodeMessage', () => {
  it('decodes a refusal of IKE_SA_INIT', () => {
    const message = decodeMessage(fromHex(REFUSAL));
    expect(message.version).toBe(2);
    expect(message.lengthVerdict).toBe('exact');
    expect(message.malformed).toBeUndefined();
    expect(message.payloads.map((p) => p.name)).toEqual(['N(INVALID_KE_PAYLOAD)']);
  });

  it('encodes what it decoded', () => {
    const { header, payloads } = decodeMessage(fromHex(REFUSAL));
    expect(toHex(encodeMessage(header, payloads))).toBe(toHex(fromHex(REFUSAL)));
  });

  it.each([
    ['says more than there is', '00000027', 'lie-long'],
    ['says less than there is', '00000025', 'lie-short'],
    ['says less than a header', '0000001b', 'too-small'],
  ])('reports a length that %s', (_, length, verdict) => {
    const message = decodeMessage(fromHex(REFUSAL.replace('00000026', length)));
    expect(message.lengthVerdict).toBe(verdict);
    expect(message.malformed?.field).toBe('length');
  });

  it('tells a cut capture from a lie', () => {
    const bytes = fromHex(REFUSAL).subarray(0, 36);
    const message = decodeMessage(bytes, { sentLength: 38 });
    expect(message.lengthVerdict).toBe('cut');
    expect(message.payloads.map((p) => [p.kind, p.name])).toEqual([['malformed', 'N(INVALID_KE_PAYLOAD)']]);
  });

  it('reads no further than the header of an unknown major version', () => {
    const message = decodeMessage(fromHex(REFUSAL.replace('29 20 22', '29 34 22')));
    expect(message.version).toBe(0);
    expect(message.malformed?.field).toBe('major version');
  });

  it('throws only where the header itself is cut', () => {
    expect(() => decodeMessage(new Uint8Array(27))).toThrow(DecodeError);
    expect(() => decodeMessageStrictly(fromHex(REFUSAL.replace('00000026', '00000027')))).toThrow(DecodeError);
    expect(decodeMessageStrictly(fromHex(REFUSAL)).payloads).toHaveLength(1);
  });
});
