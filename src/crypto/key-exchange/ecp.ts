import { createECDH, type ECDH } from 'node:crypto';
import { drawUntil } from '../random-source.js';
import { checkPublicLength, type KeyExchange, type KeyExchangeHalf, refusePublic, symmetric } from './key-exchange.js';

/** A point that is sent whole, with both coordinates (SEC 1 §2.3.3). IKE leaves the byte away. */
const UNCOMPRESSED = 4;

/**
 * Elliptic curve groups modulo a prime: the public value is x and y one behind the other, the secret x alone (RFC 5903 §7, RFC 6954 §3).
 * OpenSSL checks that a point lies on its curve (RFC 6989 §2.3); the order of all these curves is prime.
 */
export function ecp(row: Pick<KeyExchange, 'name'> & { readonly ikev2: number; readonly bits: number }, curve: string): KeyExchange {
  const coordinate = Math.ceil(row.bits / 8);
  const unusedBits = coordinate * 8 - row.bits;
  return symmetric({
    name: row.name,
    ikev2: row.ikev2,
    ikev1: row.ikev2,
    publicLength: { initiator: 2 * coordinate, responder: 2 * coordinate },
    initiate(random): KeyExchangeHalf {
      const own = createECDH(curve);
      drawUntil(random, coordinate, (bytes) => {
        const scalar = bytes.slice();
        scalar[0] = (scalar[0] as number) & (0xff >> unusedBits);
        return takes(own, scalar);
      });
      return {
        publicValue: own.getPublicKey().subarray(1),
        finish(peer) {
          checkPublicLength(row.name, peer, 2 * coordinate);
          const point = new Uint8Array(1 + peer.length);
          point[0] = UNCOMPRESSED;
          point.set(peer, 1);
          try {
            return own.computeSecret(point);
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY') throw error;
            throw refusePublic(row.name, 'the point is not on the curve');
          }
        },
      };
    },
  });
}

/** OpenSSL takes a private value from 1 to the order less 1. */
function takes(own: ECDH, scalar: Uint8Array): true | undefined {
  try {
    own.setPrivateKey(scalar);
    return true;
  } catch {
    return undefined;
  }
}
