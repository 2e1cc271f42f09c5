import { describe, expect, it } from 'vitest';
import { StaticKeyFlows } from '../../../src/dissect/frame/recognise-static-key.js';

/** Packets whose first byte and length are given. */
const packet = (first: number, length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i === 0 ? first : i & 255));

/** How many packets it took, undefined when they were not enough. */
function recognisedAfter(packets: readonly Uint8Array[], onRegisteredPort = true): number | undefined {
  const flows = new StaticKeyFlows();
  const at = packets.findIndex((bytes) => flows.recognise('a', bytes, onRegisteredPort) !== undefined);
  return at < 0 ? undefined : at + 1;
}

const regular = Array.from({ length: 40 }, (_, i) => packet((i * 37) & 255, 68 + 8 * (i % 4)));

describe('by regularity', () => {
  it('a dozen packets of several lengths with one remainder', () => expect(recognisedAfter(regular)).toBe(12));
  it('nowhere but on the registered port', () => expect(recognisedAfter(regular, false)).toBeUndefined());
  it('not when lengths have all remainders', () =>
    expect(recognisedAfter(Array.from({ length: 400 }, (_, i) => packet((i * 37) & 255, 60 + i)))).toBeUndefined());
  it('not when the first byte is a header', () =>
    expect(recognisedAfter(regular.map(({ length }) => packet(0x48, length)))).toBeUndefined());
  it('not when all are of one length: keepalives of anything', () =>
    expect(recognisedAfter(regular.map((bytes) => packet(bytes[0] ?? 0, 68)))).toBeUndefined());
  it('not what is too short for an HMAC and a block', () =>
    expect(recognisedAfter(Array.from({ length: 60 }, (_, i) => packet((i * 37) & 255, 8 * (1 + (i % 3)))))).toBeUndefined());
});

describe('by a key', () => {
  it('at once, on any port, after a few trials never again', () => {
    const flows = new StaticKeyFlows();
    let asked = 0;
    const fits = (bytes: Uint8Array) => {
      asked++;
      return bytes[0] === 9;
    };
    flows.useKeys(fits, () => true);
    expect(flows.concerns(false)).toBe(true);
    expect(flows.recognise('a', packet(9, 80), false)).toContain('signed it');
    asked = 0;
    for (let i = 0; i < 50; i++) expect(flows.recognise('b', packet(7, 80), false)).toBeUndefined();
    expect(asked).toBe(4);
  });

  it('is not asked where there is none', () => expect(new StaticKeyFlows().concerns(false)).toBe(false));
});
