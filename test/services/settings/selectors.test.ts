import { describe, expect, it } from 'vitest';
import { anySelector, parseSelectors } from '../../../src/services/settings/selectors.js';
import { selectorFacts } from '../../../src/wire/ike/selector-facts.js';

const texts = (selectors: ReturnType<typeof parseSelectors>) => selectorFacts({ selectors }).map(({ text }) => text);

describe('parseSelectors', () => {
  it.each([
    [['10.1.0.0/16'], ['10.1.0.0/16']],
    [['10.1.0.7/16'], ['10.1.0.0/16']],
    [['10.1.0.5'], ['10.1.0.5/32']],
    [['10.1.0.5-10.1.0.9'], ['10.1.0.5-10.1.0.9']],
    [['10.1.0.0/24[tcp/80]'], ['10.1.0.0/24[tcp/80]']],
    [['10.1.0.0/24[17/1000-2000]'], ['10.1.0.0/24[udp/1000-2000]']],
    [['10.1.0.0/24[gre]'], ['10.1.0.0/24[gre]']],
    [['10.1.0.0/24[icmp/8]'], ['10.1.0.0/24[icmp/8(0)-8(255)]']],
    [['10.1.0.0/24[udp/opaque]'], ['10.1.0.0/24[udp/opaque]']],
    [['fd00::/8, 2001:db8::1'], ['fd00::/8', '2001:db8::1/128']],
    [
      ['10.0.0.0/8', '192.168.0.0/16'],
      ['10.0.0.0/8', '192.168.0.0/16'],
    ],
  ])('%j', (given, wanted) => expect(texts(parseSelectors(given, '--local-ts'))).toEqual(wanted));

  it.each([
    '10.1.0.0/33',
    'gateway',
    '10.0.0.0/8[tpc]',
    '10.0.0.0/8[tcp/90000]',
    '10.0.0.0/8[tcp/9-8]',
    '10.0.0.9-10.0.0.1',
    '[tcp/80]',
    '10.0.0.0/8[300]',
  ])('refuses %s and shows how it is done', (text) => {
    expect(() => parseSelectors([text], '--local-ts')).toThrow(expect.objectContaining({ name: 'UsageError', hint: expect.any(String) }));
  });

  it('refuses more than a payload holds', () => {
    expect(() => parseSelectors([Array.from({ length: 256 }, (_, i) => `10.0.${i}.0/24`).join()], '--local-ts')).toThrow(/255/);
  });
});

it('everything of a family', () => {
  expect(texts([anySelector(4), anySelector(6)])).toEqual(['0.0.0.0/0', '::/0']);
});
