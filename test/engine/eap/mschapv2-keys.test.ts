import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.js';
import { Secret } from '../../../src/bytes/secret.js';
import {
  authenticatorResponse,
  masterKey,
  mschapv2Msk,
  ntResponse,
  passwordHash,
  startKey,
  withoutDomain,
} from '../../../src/engine/eap/mschapv2-keys.js';

/** RFC 2759 §9.2 and RFC 3079 §3.5.3. */
const challenges = {
  userName: 'User',
  authenticator: fromHex('5B5D7C7D7B3F2F3E3C2C602132262628'),
  peer: fromHex('21402324255E262A28295F2B3A337C7E'),
};
const hash = passwordHash(new Secret(Buffer.from('clientPass')));
const response = fromHex('82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF');

describe('MS-CHAPv2, RFC 2759 §9.2', () => {
  it('NtPasswordHash', () => expect(toHex(hash)).toBe('44ebba8d5312b8d611474411f56989ae'));
  it('NT-Response', () => expect(toHex(ntResponse(challenges, hash))).toBe(toHex(response)));
  it('a domain before the user name counts for nothing', () =>
    expect(toHex(ntResponse({ ...challenges, userName: 'BIGCO\\User' }, hash))).toBe(toHex(response)));
  it('authenticator response', () =>
    expect(toHex(authenticatorResponse(challenges, hash, response))).toBe('407a5589115fd0d6209f510fe9c04566932cda56'));
});

describe('MPPE keys, RFC 3079 §3.5.3', () => {
  it('master key', () => expect(toHex(masterKey(hash, response))).toBe('fdece3717a8c838cb388e527ae3cdd31'));
  it('key the server sends with', () =>
    expect(toHex(startKey(masterKey(hash, response), 'clientReceive'))).toBe('8b7cdc149b993a1ba118cb153f56dccb'));
  it('MSK: receive key, send key, zeroes', () => {
    const msk = toHex(mschapv2Msk(hash, response).reveal());
    expect(msk).toBe(`${toHex(startKey(masterKey(hash, response), 'clientSend'))}8b7cdc149b993a1ba118cb153f56dccb${'00'.repeat(32)}`);
  });
});

describe('withoutDomain', () => {
  it.each([
    ['user', 'user'],
    ['A\\user', 'user'],
    ['A\\B\\user', 'user'],
  ])('%s', (name, bare) => expect(withoutDomain(name)).toBe(bare));
});

describe('passwordHash', () => {
  it('takes the password as UTF-8 and hashes it as UTF-16', () =>
    expect(passwordHash(new Secret(Buffer.from('Grüße €')))).toEqual(passwordHash(new Secret(new TextEncoder().encode('Grüße €')))));
});
