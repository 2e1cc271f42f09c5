import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import { BugError } from '../../bytes/errors.js';
import { checkPublicLength, type KeyExchange, type KeyExchangeHalf, refusePublic, symmetric } from './key-exchange.js';

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/**
 * Curve25519 and Curve448: coordinates of 32 and 56 bytes (RFC 8031 §3.1, RFC 7748 §5). Every string of that length is a public value,
 * but for the few of small order, whose secret is zero (RFC 8031 §3.2). JWK is OpenSSL's cheap door: DER takes ten times as long.
 */
export function montgomery(
  row: Pick<KeyExchange, 'name'> & { readonly ikev2: number; readonly length: number },
  crv: 'X25519' | 'X448',
): KeyExchange {
  const { name, ikev2, length } = row;
  return symmetric({
    name,
    ikev2,
    publicLength: { initiator: length, responder: length },
    initiate(random): KeyExchangeHalf {
      // A public half has to stand in a JWK; node makes it from the private one and never looks.
      const own = createPrivateKey({ key: { kty: 'OKP', crv, x: '', d: base64url(random(length)) }, format: 'jwk' });
      const { x } = createPublicKey(own).export({ format: 'jwk' });
      if (x === undefined) throw new BugError(`${name}: a key without a public half`);
      return {
        publicValue: Buffer.from(x, 'base64url'),
        finish(peer) {
          checkPublicLength(name, peer, length);
          const publicKey = createPublicKey({ key: { kty: 'OKP', crv, x: base64url(peer) }, format: 'jwk' });
          try {
            return diffieHellman({ privateKey: own, publicKey });
          } catch {
            throw refusePublic(name, 'a point of small order, which makes the secret zero');
          }
        },
      };
    },
  });
}
