import { truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/bytes/errors.js';
import { keyNotes, loadKeys } from '../../../src/services/sniff/load-keys.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const at = temporaryFolder();
const file = (name: string, text: string | Buffer) => {
  writeFileSync(at(name), text);
  return at(name);
};

describe('loadKeys', () => {
  it('is an empty ring when nothing is given', async () => {
    const ring = await loadKeys([], []);
    expect(ring.isEmpty).toBe(true);
    expect(ring.notes).toEqual([]);
  });

  it('joins files and secrets', async () => {
    const ring = await loadKeys(
      [file('table', '0102030405060708,00112233445566778899aabbccddeeff'), 'captures/ikev2-psk/keys.json'],
      ['0x1@192.0.2.1 aes-cbc:0x00112233445566778899aabbccddeeff'],
    );
    expect(ring.isEmpty).toBe(false);
    expect(ring.notes).toEqual([]);
  });

  it('names the file and the line of what it does not understand', async () => {
    const ring = await loadKeys([file('half', '0102030405060708,00112233445566778899aabbccddeeff\nthis is none\n')], ['nonsense']);
    expect(keyNotes(ring)).toEqual([expect.stringMatching(new RegExp(`^${at('half')}:2: .+`)), expect.stringMatching(/^-E:1: .+/)]);
  });

  it.each<[string, () => string, RegExp]>([
    ['is not there', () => at('nothing'), /^-k .+nothing: no such file$/],
    ['is a folder', () => at('.'), /^-k .+: it is a directory$/],
    ['is broken JSON', () => file('broken.json', '{"esp": ['), /broken\.json/],
  ])('refuses a file that %s', async (_, path, message) => {
    await expect(loadKeys([path()], [])).rejects.toThrow(UsageError);
    await expect(loadKeys([path()], [])).rejects.toThrow(message);
  });
});

it('refuses a file by its size, without reading it', async () => {
  // Sparse, and larger than what one buffer can hold.
  truncateSync(file('huge', ''), 2 ** 33);
  await expect(loadKeys([at('huge')], [])).rejects.toThrow(/huge is too large for a file with keys \(8589934592 bytes\)$/);
});

describe('keyNotes', () => {
  it('keeps three of a file, and counts the rest', async () => {
    const ring = await loadKeys([file('many', 'none\n'.repeat(100)), file('one', 'none\n')], []);
    const notes = keyNotes(ring);
    expect(notes).toHaveLength(5);
    expect(notes[3]).toBe(`${at('many')}: 97 more lines were not understood`);
    expect(notes[4]).toMatch(new RegExp(`^${at('one')}:1: `));
  });

  it('says "line" of one', async () => {
    expect(keyNotes(await loadKeys([file('four', 'none\n'.repeat(4))], [])).at(-1)).toMatch(/: 1 more line was not understood$/);
  });
});
