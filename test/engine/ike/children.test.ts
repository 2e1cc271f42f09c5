import { describe, expect, it } from 'vitest';
import { armChildTimers, type ChildRecord, removeChild } from '../../../src/engine/ike/children.js';

const record = { sa: { spiIn: 0x1001 }, replaced: false } as unknown as ChildRecord;
const parent = { number: 1, spiI: new Uint8Array(8), spiR: new Uint8Array(8), children: new Map([[0x1001, record]]) };

/** Effects that write down what they are told. */
function effects() {
  const told: unknown[] = [];
  const fx = {
    now: 1000,
    registry: { releaseChildSpi: (spi: number) => told.push(['released', spi]) },
    timer: (_sa: unknown, name: string, delay?: number) => told.push([name, delay]),
    happen: (_sa: unknown, news: unknown) => told.push(news),
  };
  return { fx, told };
}

describe('timers of a child', () => {
  it.each<[string, Partial<ChildRecord>, readonly unknown[]]>([
    ['none of one that lasts', {}, []],
    [
      'what is left of its times',
      { rekeyAt: 4000, expireAt: 5000 },
      [
        ['rekey-child/4097', 3000],
        ['expire-child/4097', 4000],
      ],
    ],
    ['at once where the time has passed', { expireAt: 10 }, [['expire-child/4097', 0]]],
  ])('%s', (_, times, expected) => {
    const { fx, told } = effects();
    armChildTimers(parent, { ...record, ...times }, fx);
    expect(told).toEqual(expected);
  });
});

describe('a child that goes', () => {
  it('gives its SPI and its timers back, and is told of', () => {
    const { fx, told } = effects();
    const after = removeChild(parent, 0x1001, 'peer', fx);
    expect([after.children.size, parent.children.size]).toEqual([0, 1]);
    expect(told).toEqual([
      ['released', 0x1001],
      ['rekey-child/4097', undefined],
      ['expire-child/4097', undefined],
      { kind: 'child-down', spiIn: 0x1001, by: 'peer' },
    ]);
  });

  it('is nothing where there is none', () => {
    const { fx, told } = effects();
    expect(removeChild(parent, 0x2002, 'us', fx)).toBe(parent);
    expect(told).toEqual([]);
  });
});
