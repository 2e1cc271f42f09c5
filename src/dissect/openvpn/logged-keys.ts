import { Secret } from '../../bytes/secret.js';
import { openvpnCipher } from '../../keymat/openvpn-algorithms.js';
import { implicitIvOfPing, PING_BODY } from '../../keymat/openvpn-implicit-iv.js';
import type { KeyHalf, StaticKey } from '../../keymat/openvpn-static-key.js';
import type { LoggedDataKey, OpenvpnKeys } from '../keys/openvpn-keys.js';

const HMAC_LENGTH = 64;
const NONE: readonly StaticKey[] = [];

/** Keys of the data channel that a log told, as far as one session can use them: of GCM the log keeps a part of the nonce to itself. */
export class LoggedKeys {
  readonly #keys: OpenvpnKeys;
  /** With AES-GCM, those whose nonce a ping has given. */
  readonly #learnt: StaticKey[] = [];

  constructor(keys: OpenvpnKeys) {
    this.#keys = keys;
  }

  /** Those that open packets. */
  get usable(): readonly StaticKey[] {
    const { logged } = this.#keys;
    return logged.length === 0 ? NONE : [...this.#learnt, ...logged.filter(isSigned).map(({ key }) => key)];
  }

  /** Looks whether a packet is a ping that gives what is missing. @param body behind opcode and peer id. @returns whether a key was learnt */
  learn(body: Uint8Array, fromClient: boolean): boolean {
    if (body.length !== PING_BODY) return false;
    const side = fromClient ? 0 : 1;
    for (const { cipher, key } of this.#keys.logged) {
      const known = openvpnCipher(cipher);
      if (known?.kind !== 'aead' || !/-GCM$/.test(cipher)) continue;
      const half = key.halves[side];
      const implicit = implicitIvOfPing(half.cipher.reveal().subarray(0, known.keyLength), body);
      if (implicit === undefined) continue;
      const hmac = new Uint8Array(HMAC_LENGTH);
      hmac.set(implicit);
      const whole: KeyHalf = { cipher: half.cipher, hmac: new Secret(hmac) };
      this.#learnt.push({ halves: fromClient ? [whole, key.halves[1]] : [key.halves[0], whole] });
      return true;
    }
    return false;
  }
}

function isSigned({ cipher }: LoggedDataKey): boolean {
  return openvpnCipher(cipher)?.kind !== 'aead';
}
