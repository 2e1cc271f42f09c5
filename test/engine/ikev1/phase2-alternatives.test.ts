import { describe, expect, it } from 'vitest';
import type { ChildSettings } from '../../../src/engine/ike/settings.js';
import { chooseWay, peerSide, readChosen, readWays, suiteOf, waysText } from '../../../src/engine/ikev1/phase2-alternatives.js';
import { offerPhase2 } from '../../../src/engine/ikev1/phase2-suite.js';
import type { ProposalV1, SaV1 } from '../../../src/wire/ike/payloads/sa-v1.js';
import { PROTOCOL_V1 } from '../../../src/wire/ike/tables/protocols.js';
import { proposal, selector } from '../../support/ike-settings.js';

const SPI = Uint8Array.of(1, 2, 3, 4);
const settingsOf = (change: Partial<ChildSettings> = {}): ChildSettings => ({
  proposals: [proposal('ESP', 'AES_CBC_256 AES_CBC_128 AUTH_HMAC_SHA2_256_128 AUTH_HMAC_SHA1_96')],
  localSelectors: [selector('10.1.0.0/16')],
  remoteSelectors: [selector('10.2.0.0/16')],
  mode: 'tunnel',
  compress: false,
  ...change,
});
const AH = { ah: [proposal('AH', 'AUTH_HMAC_SHA1_96 AUTH_HMAC_MD5_96')] };
const wish = { form: { mode: 'tunnel' as const, udp: false }, group: undefined, lifetime: { seconds: 3600, kilobytes: 5000 } };

function offer(settings: ChildSettings, cpi?: number): SaV1 {
  const sa = offerPhase2(settings, { spi: SPI, ...(cpi === undefined ? {} : { cpi }) }, wish);
  if (sa === undefined) throw new TypeError('nothing can be offered');
  return sa;
}

describe('ways of an offer', () => {
  it('are all combinations of what stands under one number, in its order', () => {
    const ways = readWays(offer(settingsOf(AH), 0x1234));
    // Two ciphers, two hashes, two hashes of AH; with IPComp, and again without.
    expect(ways.length).toBe(16);
    expect(ways.map(({ compressed }) => compressed)).toEqual([...Array(8).fill(true), ...Array(8).fill(false)]);
    expect(ways.map(({ main }) => main.proposal.number)).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
    expect(waysText(ways.slice(0, 1))).toBe('AH:AUTH_HMAC_SHA1_96/NO_ESN + ESP:AES_CBC_256/AUTH_HMAC_SHA2_256_128/NO_ESN + IPCOMP:DEFLATE');
    expect(ways[0]?.from.map(({ protocol, transforms }) => [protocol, transforms.length])).toEqual([
      [PROTOCOL_V1.AH, 1],
      [PROTOCOL_V1.ESP, 1],
      [PROTOCOL_V1.IPCOMP, 1],
    ]);
    expect(ways[0]?.lifetime).toEqual({ seconds: 3600, kilobytes: 5000 });
  });

  const bend = (change: (proposals: readonly ProposalV1[]) => readonly ProposalV1[]): SaV1 => {
    const sa = offer(settingsOf(AH), 0x1234);
    return { ...sa, proposals: change(sa.proposals.filter(({ number }) => number === 1)) };
  };
  const lzs = (one: ProposalV1) =>
    one.protocol === PROTOCOL_V1.IPCOMP ? { ...one, transforms: one.transforms.map((transform) => ({ ...transform, id: 3 })) } : one;

  it.each<[string, (proposals: readonly ProposalV1[]) => readonly ProposalV1[]]>([
    ['a protocol that nobody knows', (all) => [...all, { number: 1, protocol: 99, spi: SPI, transforms: [] }]],
    ['a protocol twice', (all) => [...all, ...all.slice(0, 1)]],
    ['IPComp alone', (all) => all.filter(({ protocol }) => protocol === PROTOCOL_V1.IPCOMP)],
    ['LZS', (all) => all.map(lzs)],
    ['an SPI of three bytes', (all) => all.map((one) => ({ ...one, spi: SPI.subarray(1) }))],
  ])('are none with %s', (_, change) => {
    expect(readWays(bend(change))).toEqual([]);
  });

  it('are bounded, whatever a stranger combines', () => {
    const sa = offer(settingsOf(AH), 0x1234);
    const many = sa.proposals.map((one) => ({ ...one, transforms: Array.from({ length: 250 }, () => one.transforms[0] as never) }));
    expect(readWays({ ...sa, proposals: many }).length).toBe(512);
  });
});

describe('the choice of a responder', () => {
  it.each<[string, Partial<ChildSettings>, Partial<ChildSettings>, string | RegExp]>([
    ['by its own order', {}, { proposals: [proposal('ESP', 'AES_CBC_128 AUTH_HMAC_SHA1_96')] }, 'ESP:AES_CBC_128/AUTH_HMAC_SHA1_96/NO_ESN'],
    ['AH that both want', AH, { ah: [proposal('AH', 'AUTH_HMAC_MD5_96')] }, /^AH:AUTH_HMAC_MD5_96\/NO_ESN \+ ESP:AES_CBC_256/],
  ])('is %s', (_, theirs, ours, wanted) => {
    const choice = chooseWay(settingsOf(ours), readWays(offer(settingsOf(theirs))));
    if (!choice.ok) throw new TypeError(choice.text);
    expect(waysText([choice.way])).toMatch(wanted);
    expect(suiteOf(choice.way)?.ah !== undefined).toBe('ah' in ours);
  });

  it('compresses where it wants to and may', () => {
    const ways = readWays(offer(settingsOf(), 0x1234));
    const compressed = (compress: boolean) => {
      const choice = chooseWay(settingsOf({ compress }), ways);
      return choice.ok && choice.way.compressed;
    };
    expect([compressed(true), compressed(false)]).toEqual([true, false]);
  });

  it('says what is missing', () => {
    const choice = chooseWay(settingsOf(), readWays(offer(settingsOf(AH))));
    expect(choice).toMatchObject({ ok: false, text: expect.stringContaining('together we want no AH beside ESP') });
  });
});

describe('an answer', () => {
  it("of strongSwan's, with IPComp and again without, is one", () => {
    const sa = offer(settingsOf({ proposals: [proposal('ESP', 'AES_CBC_128 AUTH_HMAC_SHA1_96')] }), 0x1234);
    expect(readWays(sa).length).toBe(2);
    expect(readChosen(sa).map(({ compressed }) => compressed)).toEqual([true]);
    expect(readChosen(offer(settingsOf(), 0x1234)).length).toBe(8);
  });

  it.each([
    [Uint8Array.of(0x12, 0x34), 0x1234],
    [Uint8Array.of(0, 0, 0x12, 0x34), 0x1234],
  ])('has a CPI of two bytes or of four', (spi, cpi) => {
    const sa = offer(settingsOf(AH), 1);
    const proposals = sa.proposals.map((one) => (one.protocol === PROTOCOL_V1.IPCOMP ? { ...one, spi } : one));
    const [way] = readWays({ ...sa, proposals });
    if (way === undefined) throw new TypeError('no way');
    expect(peerSide(way, 0x2222)).toMatchObject({
      spiOut: 0x01020304,
      ahSpiOut: 0x01020304,
      compression: { algorithm: 'DEFLATE', cpiIn: 0x2222, cpiOut: cpi },
    });
  });
});
