import { createCipheriv, createHmac } from 'node:crypto';
import type { ControlWrapping } from '../../src/engine/openvpn/settings.js';
import type { KeyHalf, StaticKey } from '../../src/keymat/openvpn-static-key.js';

/** A client key of `tls-crypt-v2` as the server's tool wraps it, for both ends (`tls_crypt_v2_wrap_client_key`). */
export function wrapClientKey(
  serverKey: KeyHalf,
  key: StaticKey,
  metadata: Uint8Array,
): { readonly client: ControlWrapping; readonly server: ControlWrapping } {
  const plain = Buffer.concat([...key.halves.flatMap(({ cipher, hmac }) => [cipher.reveal(), hmac.reveal()]), metadata]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(32 + plain.length + 2);
  const tag = createHmac('sha256', serverKey.hmac.reveal().subarray(0, 32)).update(length).update(plain).digest();
  const sealed = createCipheriv('aes-256-ctr', serverKey.cipher.reveal().subarray(0, 32), tag.subarray(0, 16)).update(plain);
  return {
    client: { kind: 'tls-crypt-v2-client', key, wrapped: Buffer.concat([tag, sealed, length]) },
    server: { kind: 'tls-crypt-v2-server', serverKey },
  };
}
