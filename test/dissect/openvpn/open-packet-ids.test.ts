import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.js';
import { OpenPacketIds } from '../../../src/dissect/openvpn/open-packet-ids.js';

/** What each packet gave, as `epoch/id`. */
const read = (bodies: readonly string[]): readonly string[] => {
  const ids = new OpenPacketIds();
  return bodies.map((body, frame) =>
    ids
      .read(fromHex(body), 0, frame)
      .map(({ epoch, id }) => `${epoch}/${id}`)
      .join(' '),
  );
};
const TAG = 'a1b2c3d4e5f60718';

describe('packet ids that stand open', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['four bytes', [`00000001${TAG}`, `00000002${TAG}`, `00000004${TAG}`], ['', '0/1 0/2', '0/4']],
    ['with epochs', [`0001000000000001${TAG}`, `0001000000000002${TAG}`, `0002000000000001${TAG}`], ['', '1/1 1/2', '2/1']],
    ['65536 twice, the same packet', [`00010000${TAG}`, `00010000${TAG}`], ['', '0/65536 0/65536']],
    ['hidden', [`3a71e2f1${TAG}`, `9b20c4d7${TAG}`, `00000001${TAG}`], ['', '', '']],
    ['cut in front of what counts', [`0001000000000001${TAG}`, `0001000000000002${TAG}`, '00010000'], ['', '1/1 1/2', '']],
    ['cut shorter', ['000100', '00'], ['', '']],
  ])('%s', (_, bodies, expected) => expect(read(bodies)).toEqual(expected));

  it('wait for two of one key', () => {
    const ids = new OpenPacketIds();
    expect(ids.read(fromHex(`00000009${TAG}`), 0, 1)).toEqual([]);
    expect(ids.read(fromHex(`00000001${TAG}`), 1, 2)).toEqual([]);
    expect(ids.read(fromHex(`00000002${TAG}`), 1, 3).map(({ id }) => id)).toEqual([1, 2]);
  });
});
