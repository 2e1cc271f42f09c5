import { prepareHmac } from '../crypto/hash.js';
import { type StaticKey, splitStaticKey } from './openvpn-static-key.js';

const MASTER_LENGTH = 48;
const KEY_LENGTH = 256;

/** One P_hash of TLS (RFC 5246 §5). */
export function tlsPHash(node: string, secret: Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  const mac = prepareHmac(node, secret);
  const out = new Uint8Array(length);
  let a = mac([seed]);
  for (let at = 0; at < length; a = mac([a])) {
    const block = mac([a, seed]).subarray(0, length - at);
    out.set(block, at);
    at += block.length;
  }
  return out;
}

/** PRF of TLS 1.0 (RFC 2246 §5): MD5 over one half of the secret, SHA-1 over the other. OpenVPN keeps to it whatever TLS runs below. */
export function tls1Prf(secret: Uint8Array, label: string, seed: readonly Uint8Array[], length: number): Uint8Array {
  const half = Math.ceil(secret.length / 2);
  const labelled = Buffer.concat([Buffer.from(label, 'latin1'), ...seed]);
  const out = tlsPHash('md5', secret.subarray(0, half), labelled, length);
  const other = tlsPHash('sha1', secret.subarray(secret.length - half), labelled, length);
  for (let i = 0; i < length; i++) out[i] = (out[i] as number) ^ (other[i] as number);
  return out;
}

/** What both ends told each other in key method 2. Session ids: 8 bytes. */
export interface KeySources {
  readonly preMaster: Uint8Array;
  readonly client: { readonly random1: Uint8Array; readonly random2: Uint8Array; readonly sessionId: Uint8Array };
  readonly server: { readonly random1: Uint8Array; readonly random2: Uint8Array; readonly sessionId: Uint8Array };
}

/** Data channel keys of key method 2 (`ssl.c`, `generate_key_expansion_openvpn_prf`). The client sends with the first half. */
export function deriveKeyMethod2({ preMaster, client, server }: KeySources): StaticKey {
  const master = tls1Prf(preMaster, 'OpenVPN master secret', [client.random1, server.random1], MASTER_LENGTH);
  const seed = [client.random2, server.random2, client.sessionId, server.sessionId];
  return splitStaticKey(tls1Prf(master, 'OpenVPN key expansion', seed, KEY_LENGTH));
}

/** Label of the exporter that takes the place of key method 2 where both ends have `tls-ekm`; 256 bytes. */
export const DATA_KEYS_LABEL = 'EXPORTER-OpenVPN-datakeys';
/** Label of the exporter for dynamic `tls-crypt`, which wraps renegotiations between ends from 2.6 on; 256 bytes. */
export const DYNAMIC_TLS_CRYPT_LABEL = 'EXPORTER-OpenVPN-dynamic-tls-crypt';

/**
 * The key of dynamic `tls-crypt`: what the exporter gave, mixed with the session's own key of `tls-crypt` (either version) where there
 * is one (`tls_crypt.c`, `tls_session_generate_dynamic_tls_crypt_key`). Throws `UsageError` when `exported` has not 256 bytes.
 */
export function dynamicTlsCryptKey(exported: Uint8Array, original: StaticKey | undefined): StaticKey {
  const key = Uint8Array.from(exported);
  const before = Buffer.concat((original?.halves ?? []).flatMap(({ cipher, hmac }) => [cipher.reveal(), hmac.reveal()]));
  for (let i = 0; i < key.length; i++) key[i] = (key[i] as number) ^ (before[i] ?? 0);
  return splitStaticKey(key);
}
