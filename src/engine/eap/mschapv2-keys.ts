import { createCipheriv, createHash } from 'node:crypto';
import { Secret } from '../../bytes/secret.js';
import { md4 } from '../../crypto/legacy/md4.js';

/**
 * The arithmetic of MS-CHAPv2 (RFC 2759 §8) and of the keys made from it (RFC 3079 §3). All of it rests on single DES and MD4: who
 * sees the exchange outside a tunnel can find the password.
 */

const ascii = new TextEncoder();

const MAGIC = {
  server1: ascii.encode('Magic server to client signing constant'),
  server2: ascii.encode('Pad to make it do more than one iteration'),
  master: ascii.encode('This is the MPPE Master Key'),
  clientSend: ascii.encode('On the client side, this is the send key; on the server side, it is the receive key.'),
  clientReceive: ascii.encode('On the client side, this is the receive key; on the server side, it is the send key.'),
} as const;

const PAD1 = new Uint8Array(40);
const PAD2 = new Uint8Array(40).fill(0xf2);
const MSK_LENGTH = 64;

function sha1(...parts: readonly Uint8Array[]): Uint8Array {
  const run = createHash('sha1');
  for (const part of parts) run.update(part);
  return run.digest();
}

/** NtPasswordHash, RFC 2759 §8.3: MD4 of the password in UTF-16. The password is given as UTF-8. */
export function passwordHash(password: Secret): Uint8Array {
  return md4(Buffer.from(new TextDecoder().decode(password.reveal()), 'utf16le'));
}

/** `DOMAIN\user` counts without its domain, RFC 2759 §4. */
export function withoutDomain(name: string): string {
  return name.slice(name.lastIndexOf('\\') + 1);
}

/** What one MS-CHAPv2 exchange consists of: two challenges of 16 bytes and the name of the user. */
export interface Challenges {
  readonly authenticator: Uint8Array;
  readonly peer: Uint8Array;
  readonly userName: string;
}

/** ChallengeHash, RFC 2759 §8.2: 8 bytes. */
function challengeHash({ peer, authenticator, userName }: Challenges): Uint8Array {
  return sha1(peer, authenticator, ascii.encode(withoutDomain(userName))).subarray(0, 8);
}

/** GenerateNTResponse, RFC 2759 §8.1: 24 bytes. */
export function ntResponse(challenges: Challenges, hash: Uint8Array): Uint8Array {
  const padded = new Uint8Array(21);
  padded.set(hash);
  const challenge = challengeHash(challenges);
  return Buffer.concat([0, 7, 14].map((at) => desEncrypt(challenge, padded.subarray(at, at + 7))));
}

/** DES of one block with a key of 56 bits, RFC 2759 §8.6. OpenSSL 3 has DES no more: triple DES with one key three times is the same. */
function desEncrypt(block: Uint8Array, key: Uint8Array): Uint8Array {
  const spread = new Uint8Array(8);
  // Seven bits a byte; the lowest one is parity, which nobody reads.
  for (let i = 0; i < 8; i++) {
    const pair = ((i === 0 ? 0 : (key[i - 1] as number)) << 8) | (key[i] ?? 0);
    spread[i] = ((pair >>> (i + 1)) << 1) & 0xfe;
  }
  const run = createCipheriv('des-ede3', Buffer.concat([spread, spread, spread]), null);
  run.setAutoPadding(false);
  return run.update(block);
}

/** GenerateAuthenticatorResponse, RFC 2759 §8.7: 20 bytes, by which the server proves that it knows the password. */
export function authenticatorResponse(challenges: Challenges, hash: Uint8Array, response: Uint8Array): Uint8Array {
  return sha1(sha1(md4(hash), response, MAGIC.server1), challengeHash(challenges), MAGIC.server2);
}

/** MasterKey, RFC 3079 §3.4: 16 bytes. */
export function masterKey(hash: Uint8Array, response: Uint8Array): Uint8Array {
  return sha1(md4(hash), response, MAGIC.master).subarray(0, 16);
}

/** GetAsymmetricStartKey for 128 bits, RFC 3079 §3.4: the key of one direction, named as the client sees it. */
export function startKey(master: Uint8Array, direction: 'clientSend' | 'clientReceive'): Uint8Array {
  return sha1(master, PAD1, MAGIC[direction], PAD2).subarray(0, 16);
}

/** MSK of EAP-MSCHAPv2: the key the server receives with, the one it sends with, zeroes; 64 bytes. */
export function mschapv2Msk(hash: Uint8Array, response: Uint8Array): Secret {
  const master = masterKey(hash, response);
  const msk = new Uint8Array(MSK_LENGTH);
  msk.set(startKey(master, 'clientSend'));
  msk.set(startKey(master, 'clientReceive'), 16);
  return new Secret(msk);
}
