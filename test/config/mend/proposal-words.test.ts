import { describe, expect, it } from 'vitest';
import { cipherWord, hashWord, proposalValue, swanGroup } from '../../../src/config/mend/proposal-words.js';
import { parseProposal } from '../../../src/config/proposals.js';

const GCM = { ciphers: [{ id: 20, keyLength: 256 }], hashes: [], prfs: [6], groups: [20] };
const TWO = {
  ciphers: [
    { id: 12, keyLength: 256 },
    { id: 12, keyLength: 128 },
  ],
  hashes: [12, 2],
  prfs: [5, 2],
  groups: [14, 19],
};

describe('proposalValue', () => {
  it.each([
    ['strongswan', GCM, 'ike', 'aes256gcm16-prfsha384-ecp384'],
    ['libreswan', GCM, 'ike', 'aes_gcm256-sha2_384;dh20'],
    ['openswan', GCM, 'ike', undefined],
    ['strongswan', TWO, 'ike', 'aes256-aes128-sha256-sha1-modp2048-ecp256'],
    ['libreswan', TWO, 'ike', 'aes256+aes128-sha2_256+sha1;modp2048+dh19'],
    [
      'openswan',
      { ...TWO, groups: [2] },
      'ike',
      'aes256-sha2_256;modp1024,aes256-sha1;modp1024,aes128-sha2_256;modp1024,aes128-sha1;modp1024',
    ],
    // A PRF that is not that of the hash: strongSwan alone has a word for it.
    ['strongswan', { ...TWO, hashes: [12], prfs: [7] }, 'ike', 'aes256-aes128-sha256-prfsha512-modp2048-ecp256'],
    ['libreswan', { ...TWO, hashes: [12], prfs: [7] }, 'ike', undefined],
    ['strongswan', { ...GCM, prfs: [] }, 'esp', 'aes256gcm16-ecp384'],
    ['libreswan', { ...GCM, prfs: [] }, 'esp', 'aes_gcm256;dh20'],
    // AH.
    ['strongswan', { ciphers: [], hashes: [14], prfs: [], groups: [14] }, 'esp', 'sha512-modp2048'],
    ['libreswan', { ciphers: [], hashes: [14, 12], prfs: [], groups: [14] }, 'esp', 'sha2_512+sha2_256;modp2048'],
    ['openswan', { ciphers: [], hashes: [1, 2], prfs: [], groups: [] }, 'esp', 'md5,sha1'],
  ] as const)('%s: %o for %s: %s', (product, offer, use, wanted) => expect(proposalValue(offer, offer.groups, product, use)).toBe(wanted));

  it.each(['strongswan', 'libreswan', 'openswan'] as const)('every word of %s is read back as what it was', (language) => {
    for (const id of [2, 3, 11, 12, 13, 14, 15, 16, 18, 19, 20, 23, 28])
      for (const keyLength of [12, 13, 14, 15, 16, 18, 19, 20, 23].includes(id) ? [128, 192, 256] : [undefined]) {
        const word = cipherWord({ id, ...(keyLength !== undefined && { keyLength }) }, language);
        if (word === undefined) continue;
        const [read] = parseProposal(word, 'esp').transforms;
        expect([word, read?.id, id === 28 ? undefined : read?.keyLength]).toEqual([word, id, keyLength]);
      }
    for (const id of [1, 2, 5, 8, 12, 13, 14]) {
      const word = hashWord(id, language);
      expect([word, parseProposal(`3des-${word}`, 'esp').transforms[1]?.id]).toEqual([word, id]);
    }
    for (const id of [1, 2, 5, 14, 15, 16, 17, 18, 19, 20, 21, 31])
      expect(parseProposal(`aes128-${swanGroup(id, language)}`, 'esp').transforms[1]?.id).toBe(id);
  });
});
