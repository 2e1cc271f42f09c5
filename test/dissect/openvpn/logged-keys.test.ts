import { expect, it } from 'vitest';
import { noBytes, prepareCipher } from '../../../src/crypto/cipher.js';
import { OpenvpnKeys } from '../../../src/dissect/keys/openvpn-keys.js';
import { LoggedKeys } from '../../../src/dissect/openvpn/logged-keys.js';
import { openvpnCipher } from '../../../src/keymat/openvpn-algorithms.js';
import { prepareAeadOpener, prepareAeadSealer } from '../../../src/keymat/openvpn-data.js';
import { splitStaticKey } from '../../../src/keymat/openvpn-static-key.js';
import { PING } from '../../../src/wire/openvpn/inner-messages.js';

/** Keys for tests only. */
const whole = Uint8Array.from({ length: 256 }, (_, at) => (at * 13 + 1) & 0xff);
/** As the log has it: without what makes the nonce. */
const told = whole.map((byte, at) => (at % 128 < 64 ? byte : 0));
const HEADER = Uint8Array.of(0x48, 0, 0, 1);

function keysOf(cipher: string): LoggedKeys {
  const keys = new OpenvpnKeys();
  keys.logged.push({ cipher, key: splitStaticKey(told) });
  return new LoggedKeys(keys);
}

it('with GCM a ping of each end opens what that end sends', () => {
  const cipher = openvpnCipher('AES-256-GCM');
  if (cipher === undefined) throw new TypeError('no AES-256-GCM');
  const logged = keysOf('AES-256-GCM');
  expect(logged.usable).toEqual([]);
  for (const fromClient of [true, false]) {
    const half = splitStaticKey(whole).halves[fromClient ? 0 : 1];
    const options = { header: HEADER, iv: () => noBytes, take: (length: number) => new Uint8Array(length), prepare: prepareCipher };
    const sealer = prepareAeadSealer(cipher, half, options);
    const [ping, other] = [sealer.seal(1, 0, PING).subarray(4), sealer.seal(2, 0, Uint8Array.of(1, 2, 3)).subarray(4)];
    expect(logged.learn(other, fromClient)).toBe(false);
    expect(logged.learn(ping, !fromClient)).toBe(false);
    expect(logged.learn(ping, fromClient)).toBe(true);
    const learnt = logged.usable.at(-1)?.halves[fromClient ? 0 : 1];
    expect(learnt && prepareAeadOpener(cipher, learnt).open(HEADER, other).plaintext).toEqual(Buffer.of(1, 2, 3));
  }
});

it('with CBC the log has all', () => {
  expect(keysOf('AES-256-CBC').usable).toHaveLength(1);
});
