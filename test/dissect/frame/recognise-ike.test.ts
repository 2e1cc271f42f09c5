import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { claimsIke, looksLikeIke } from '../../../src/dissect/frame/recognise-ike.js';
import { IKE_HEADER } from '../../support/packets.js';

const SPIS = '5a64e0edca3a3614 0000000000000000';

describe('IKE by structure', () => {
  it.each([
    ['IKE_SA_INIT', IKE_HEADER],
    ['IKE_INTERMEDIATE', `${SPIS} 2e 20 2b 08 00000001 0000001c`],
    ['IKE_FOLLOWUP_KE, response', `${SPIS} 2e 20 2c 20 00000001 0000001c`],
    ['Identity Protection', `${SPIS} 01 10 02 00 00000000 0000001c`],
    ['Quick Mode, encrypted', `${SPIS} 08 10 20 01 12345678 0000001c`],
    ['Identity Protection with NAT-D of the drafts first', `${SPIS} 82 10 02 00 00000000 0000001c`],
  ])('%s', (_name, hex) => expect(looksLikeIke(fromHex(hex), 28)).toBe(true));

  it.each([
    ['version 3', `${SPIS} 21 30 22 08 00000000 0000001c`],
    ['version 2.1', `${SPIS} 21 21 22 08 00000000 0000001c`],
    ['no initiator SPI', '0000000000000000 0000000000000000 21 20 22 08 00000000 0000001c'],
    ['an exchange nobody assigned', `${SPIS} 21 20 7f 08 00000000 0000001c`],
    ['a flag nobody assigned', `${SPIS} 21 20 22 88 00000000 0000001c`],
    ['a payload of IKEv1 in IKEv2', `${SPIS} 05 20 22 08 00000000 0000001c`],
    ['a payload of IKEv2 in IKEv1', `${SPIS} 21 10 02 00 00000000 0000001c`],
    ['another length', `${SPIS} 21 20 22 08 00000000 0000001d`],
    ['a header cut short', `${SPIS} 21 20 22 08 00000000 000000`],
    ['zeroes', '00'.repeat(28)],
    ['nothing', ''],
  ])('not %s', (_name, hex) => expect(looksLikeIke(fromHex(hex), 28)).toBe(false));

  it('counts the datagram, not the captured bytes', () => {
    const bytes = fromHex(`${SPIS} 21 20 22 08 00000000 00000200`);
    expect(looksLikeIke(bytes, 512)).toBe(true);
    expect(looksLikeIke(bytes, 28)).toBe(false);
  });

  it('believes version and length alone on its own port', () => {
    expect(claimsIke(fromHex('0000000000000000 0000000000000000 ff 10 ff ff 00000000 0000001c'), 28)).toBe(true);
    expect(claimsIke(fromHex('0000000000000000 0000000000000000 ff 30 ff ff 00000000 0000001c'), 28)).toBe(false);
  });
});
