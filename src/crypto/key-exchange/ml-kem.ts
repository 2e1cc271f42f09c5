import { createRequire } from 'node:module';
import { checkPublicLength, type KeyExchange, refusePublic } from './key-exchange.js';

type Library = typeof import('@noble/post-quantum/ml-kem.js');

const require = createRequire(import.meta.url);
let loaded: Library | undefined;

/** Loaded when the first key is made: it takes longer to load than a whole handshake without it. */
function library(): Library {
  loaded ??= require('@noble/post-quantum/ml-kem.js') as Library;
  return loaded;
}

/**
 * ML-KEM (FIPS 203) as a key exchange: the initiator sends an encapsulation key, the responder a ciphertext (RFC 9370,
 * draft-ietf-ipsecme-ikev2-mlkem §2). OpenSSL has it from 3.5 on only, so that it comes from a library.
 */
export function mlKem(
  row: Pick<KeyExchange, 'name' | 'ikev2' | 'publicLength'>,
  parameterSet: 'ml_kem512' | 'ml_kem768' | 'ml_kem1024',
): KeyExchange {
  return {
    ...row,
    initiate(random) {
      const kem = library()[parameterSet];
      // d and z of FIPS 203 §7.1.
      const { publicKey, secretKey } = kem.keygen(random(64));
      return {
        publicValue: publicKey,
        finish(ciphertext) {
          checkPublicLength(row.name, ciphertext, row.publicLength.responder);
          // A wrong ciphertext gives a secret that nobody has (FIPS 203 §7.3): the AUTH or the ICV fails then.
          return kem.decapsulate(ciphertext, secretKey);
        },
      };
    },
    respond(random, encapsulationKey) {
      checkPublicLength(row.name, encapsulationKey, row.publicLength.initiator);
      const message = random(32);
      try {
        const { cipherText, sharedSecret } = library()[parameterSet].encapsulate(encapsulationKey, message);
        return { publicValue: cipherText, shared: sharedSecret };
      } catch {
        throw refusePublic(row.name, 'a coefficient of the key is not below 3329 (FIPS 203 §7.2)');
      }
    },
  };
}
