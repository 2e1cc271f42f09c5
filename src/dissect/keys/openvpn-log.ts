import { fromHex } from '../../bytes/hex.js';
import { STATIC_KEY_LENGTH, splitStaticKey } from '../../keymat/openvpn-static-key.js';
import type { LoggedDataKey } from './openvpn-keys.js';

/** What a client and a server of many write alike: the latter with the client in front. Both name the keys by the client's side of it. */
const KEY = /^Master (Encrypt|Decrypt) \((cipher|hmac), ([^\s,]+), \d+ bits\): ?((?:[0-9a-f]{2} ?)*)$/;
const CLIENT = /^[^\s/]+\/\S+$/;
const HALF = 128;
const PART = 64;
/** A log may be long: the last are kept. */
const MOST = 256;

export function isOpenvpnLog(text: string): boolean {
  return /Master Encrypt \(cipher, \S+, \d+ bits\): [0-9a-f]/.test(text);
}

/** Keys of the data channel out of a log of OpenVPN with verb 7 or more (`crypto.c`, `key_print2`). Lines that are cut are passed over. */
export function readOpenvpnLog(text: string): readonly LoggedDataKey[] {
  const found: LoggedDataKey[] = [];
  const begun = new Map<string, { readonly bytes: Uint8Array; readonly cipher: string }>();
  for (const line of text.split('\n')) {
    const at = line.indexOf('Master ');
    const [, way, what, name = '', hex = ''] = (at < 0 ? null : KEY.exec(line.slice(at).trimEnd())) ?? [];
    if (way === undefined) continue;
    const before = line.slice(0, at).trimEnd();
    const last = before.slice(before.lastIndexOf(' ') + 1);
    const client = CLIENT.test(last) ? last : '';
    if (way === 'Encrypt' && what === 'cipher') begun.set(client, { bytes: new Uint8Array(STATIC_KEY_LENGTH), cipher: name });
    const key = begun.get(client);
    const part = fromHex(hex.replaceAll(' ', ''));
    if (key === undefined || part.length > PART) continue;
    key.bytes.set(part, (way === 'Encrypt' ? 0 : HALF) + (what === 'cipher' ? 0 : PART));
    if (way === 'Encrypt' || what === 'cipher') continue;
    begun.delete(client);
    found.push({ cipher: key.cipher, key: splitStaticKey(key.bytes) });
  }
  return found.slice(-MOST);
}
