import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.js';
import { fromHex, toHex } from '../../../src/bytes/hex.js';
import { FLAG_V1_ENCRYPTION } from '../../../src/wire/ike/header.js';
import { decodeMessage, encodeEncryptedV1, encodeMessage } from '../../../src/wire/ike/message.js';
import { V1 } from '../../../src/wire/ike/tables/payload-types.js';

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

  it('leaves an encrypted IKEv1 message alone', () => {
    const header = { ...decodeMessage(fromHex(REFUSAL)).header, major: 1, exchangeType: 32, flags: FLAG_V1_ENCRYPTION, messageId: 7 };
    const bytes = encodeEncryptedV1(header, 8, fromHex('00112233445566778899aabbccddeeff'));
    const message = decodeMessage(bytes);
    expect(message).toMatchObject({
      version: 1,
      payloads: [],
      encrypted: fromHex('00112233445566778899aabbccddeeff'),
      lengthVerdict: 'exact',
    });
    expect(message.header.nextPayload).toBe(8);
    expect(decodeMessage(bytes.subarray(0, 40), { sentLength: 44 })).toMatchObject({
      lengthVerdict: 'cut',
      malformed: { field: 'length' },
    });
  });

  it('reads a fragment in clear even where the encryption flag is set', () => {
    const header = { ...decodeMessage(fromHex(REFUSAL)).header, major: 1, exchangeType: 4, flags: FLAG_V1_ENCRYPTION };
    const bytes = encodeMessage(header, [
      { kind: 'fragment-v1', type: V1.FRAG, value: { id: 1, number: 2, last: true, data: fromHex('aabb') } },
    ]);
    expect(decodeMessage(bytes).payloads).toMatchObject([{ kind: 'fragment-v1', name: 'FRAG', value: { number: 2, last: true } }]);
  });

  it('keeps what lies behind the last payload', () => {
    const message = decodeMessage(fromHex(`${REFUSAL.replace('00000026', '00000028')} 0000`));
    expect(message.malformed).toBeUndefined();
    expect(message.trailing).toEqual(fromHex('0000'));
  });

  it('goes on behind the header of a message whose length says zero', () => {
    const message = decodeMessage(fromHex(REFUSAL.replace('00000026', '00000000')));
    expect(message.payloads.map(({ name }) => name)).toEqual(['N(INVALID_KE_PAYLOAD)']);
    expect(message.malformed?.message).toBe('length at offset 24: 0 is less than the header of 28');
  });

  it('reads an SA_INIT as it was sent, whatever is cut', () => {
    for (let cut = 28; cut < 38; cut++) {
      const message = decodeMessage(fromHex(REFUSAL).subarray(0, cut), { sentLength: 38 });
      expect([message.lengthVerdict, message.malformed?.field]).toEqual(['cut', 'length']);
    }
  });

  it('throws only where the header itself is cut', () => {
    expect(() => decodeMessage(new Uint8Array(27))).toThrow(DecodeError);
    expect(decodeMessage(fromHex(REFUSAL).subarray(0, 28)).payloads).toEqual([]);
  });
});
