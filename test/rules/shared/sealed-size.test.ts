import { describe, expect, it } from 'vitest';
import type { IkeMessageFacts } from '../../../src/model/ike-session.js';
import { sealedSize, sizeText } from '../../../src/rules/shared/sealed-size.js';
import { INIT, MAIN, proposal, session, transform, UP } from '../../support/facts.js';

const GCM = proposal(
  transform('ENCR', 20, 'AES_GCM_16_256', 256),
  transform('PRF', 5, 'PRF_HMAC_SHA2_256'),
  transform('KE', 19, 'ECP_256'),
);
const reply = (length: number, more: Partial<IkeMessageFacts> = {}) => ({
  ...(session(UP).messages[3] as IkeMessageFacts),
  length,
  ...more,
});

describe('sealedSize', () => {
  it('leaves a range for AES-CBC: 28 header, 4 SK, 16 IV, 16 ICV, one byte of pad length', () => {
    expect(sealedSize(session(INIT), reply(80))).toEqual({ min: 0, max: 15 });
    expect(sealedSize(session(INIT), reply(96))).toEqual({ min: 16, max: 31 });
  });

  it('is exact for GCM: 28 header, 4 SK, 8 IV, 16 ICV, one byte of pad length', () => {
    expect(sealedSize(session(INIT, { chosen: GCM }), reply(65))).toEqual({ min: 8, max: 8 });
  });

  it('knows the blocks of IKEv1, which has no ICV', () => {
    const old = session(MAIN);
    expect(sealedSize(old, old.messages[5] as IkeMessageFacts)).toEqual({ min: 49, max: 64 });
  });

  it.each([
    { why: 'in the clear', message: reply(80, { encrypted: false }), chosen: GCM },
    { why: 'a fragment', message: reply(80, { fragment: { kind: 'skf', number: 1, total: 2 } }), chosen: GCM },
    { why: 'an unknown cipher', message: reply(80), chosen: proposal(transform('ENCR', 9999, 'unknown (9999)')) },
  ])('does not know: $why', ({ message, chosen }) => {
    expect(sealedSize(session(INIT, { chosen }), message)).toBeUndefined();
  });

  it('never goes below nothing', () => {
    expect(sealedSize(session(INIT), reply(30))).toEqual({ min: 0, max: 0 });
  });
});

describe('sizeText', () => {
  it('says a range or a number', () => {
    expect(sizeText({ min: 0, max: 15 })).toBe('0 to 15 bytes of payloads');
    expect(sizeText({ min: 8, max: 8 })).toBe('8 bytes of payloads');
  });
});
