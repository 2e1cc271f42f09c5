import { describe, expect, it } from 'vitest';
import { PeerNames } from '../../../src/services/serve/peer-names.js';

const end = (n: number) => ({ address: `192.0.2.${n}`, port: 500 });

describe('names of peers', () => {
  it('are where they were heard last', () => {
    const names = new PeerNames<string>();
    expect(names.nameOf('nobody yet')).toBe('-');
    names.heard('a', end(1));
    names.heard('b', end(2));
    names.heard('a', end(3));
    expect([names.nameOf('a'), names.nameOf('b')]).toEqual(['192.0.2.3:500', '192.0.2.2:500']);
  });

  it('of an heir are those of the one heard last', () => {
    const names = new PeerNames<string>();
    names.heard('a', end(1));
    names.heard('b', end(2));
    expect(names.nameOf('rekeyed')).toBe('192.0.2.2:500');
    names.heard('a', end(1));
    expect(names.nameOf('rekeyed')).toBe('192.0.2.2:500');
  });

  it('of newcomers are there after a flood of strangers: the oldest go', () => {
    const names = new PeerNames<number>(3);
    for (const n of [1, 2, 3, 4]) names.heard(n, end(n));
    expect(names.nameOf(4)).toBe('192.0.2.4:500');
    names.heard(2, end(2));
    names.heard(5, end(5));
    expect(names.nameOf(2)).toBe('192.0.2.2:500');
  });
});
