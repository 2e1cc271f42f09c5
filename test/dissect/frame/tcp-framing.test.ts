import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { hasIkePrefix, ikeFraming, openvpnFraming, startsWithOpenvpnReset } from '../../../src/dissect/frame/tcp-framing.js';
import { IKE_HEADER } from '../../support/packets.js';

const PREFIX = '494b45544350';

describe('IKE over TCP', () => {
  it.each([
    ['', 'more'],
    ['00', 'more'],
    ['494b45', 'more'],
    [`${PREFIX} 0022`, 6],
    ['0022 00000000', 34],
    ['0003 ff', 3],
    ['0002', 'broken'],
    ['0000', 'broken'],
  ])('measures "%s" as %s', (hex, length) => expect(ikeFraming.measure(fromHex(hex))).toBe(length));

  it.each([
    ['the prefix', PREFIX, true],
    ['an IKE message', `0022 00000000 ${IKE_HEADER}`, true],
    ['ESP that fills the segment', `000c d514eed9 00000001 a5a5`, true],
    ['two ESP packets that fill the segment', '000c d514eed9 00000001 a5a5 000c d514eed9 00000002 a5a5', true],
    ['ESP with something behind it', '000c d514eed9 00000001 a5a5 ff', false],
    ['HTTP', '474554202f20485454502f312e310d0a', false],
    ['the middle of a message', 'a5a5a5a5a5a5a5a5', false],
    ['nothing', '', false],
  ])('begins with %s: %s', (_name, hex, begins) => {
    const bytes = fromHex(hex);
    expect(ikeFraming.startsHere(bytes, bytes.length)).toBe(begins);
  });

  it('believes an IKE header whose message the snap length cut', () => {
    const long = IKE_HEADER.replace('0000001c', '00000200');
    expect(ikeFraming.startsHere(fromHex(`0206 00000000 ${long}`), 0x206)).toBe(true);
  });

  it.each([
    ['', false],
    ['49', 'part'],
    [PREFIX, true],
    [`${PREFIX}00`, true],
    ['4948', false],
  ])('finds the prefix in "%s": %s', (hex, found) => expect(hasIkePrefix(fromHex(hex))).toBe(found));
});

describe('OpenVPN over TCP', () => {
  const reset = '000e 38 507a28a78275788d 00 00000000';

  it.each([
    ['00', 'more'],
    [reset, 16],
    ['0000', 'broken'],
  ])('measures "%s" as %s', (hex, length) => expect(openvpnFraming.measure(fromHex(hex))).toBe(length));

  it.each([
    [reset, true],
    ['0005 30 a5a5a5a5', true],
    ['0005 30 a5a5a5a5 00', false],
    // Static keys have no opcode: what fills the segment is a message.
    ['0005 f8 a5a5a5a5', true],
    ['0005 f8 a5a5a5a5 00', false],
    ['0100 30 a5', false],
    ['0001', false],
  ])('joins in at "%s": %s', (hex, joins) => {
    const bytes = fromHex(hex);
    expect(openvpnFraming.startsHere(bytes, bytes.length)).toBe(joins);
  });

  it.each([
    [reset, true],
    [reset.slice(0, -2), false],
    ['0003 504f5354', false],
    ['', false],
  ])('sees a session begin in "%s": %s', (hex, begins) => expect(startsWithOpenvpnReset(fromHex(hex))).toBe(begins));
});
