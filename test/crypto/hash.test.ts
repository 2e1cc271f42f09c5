import { expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.js';
import { digest, hashByIkev1, hashByName, hashes } from '../../src/crypto/hash.js';
import { prfOfHash } from '../../src/crypto/prf.js';

it('every hash has the length it says, and is found', () => {
  for (const hash of hashes) {
    expect(digest(hash, new Uint8Array(3)).length).toBe(hash.length);
    expect(hashByName(hash.name)).toBe(hash);
    if (hash.ikev1 !== undefined) expect(hashByIkev1(hash.ikev1)).toBe(hash);
    expect(prfOfHash(hash).prepare(new Uint8Array(5))([new Uint8Array(3)]).length).toBe(hash.length);
  }
});

it('parts count one behind the other (RFC 3174 §7.3 "abc")', () => {
  const hash = hashByName('SHA1');
  if (hash === undefined) throw new TypeError('no SHA1');
  expect(toHex(digest(hash, Buffer.from('a'), Buffer.from('bc')))).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
});
