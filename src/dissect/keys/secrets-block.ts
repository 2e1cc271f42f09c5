import type { KeyRing } from './key-ring.js';
import { readKeys } from './read-keys.js';

/**
 * Type "ESPS" of pcapng's Decryption Secrets Block, which Wireshark's secrets-types.h has since 4.7 (4.4 does not know it yet); its
 * content is the text of `esp_sa`. There is none of Wireshark's for IKE: those tables go into files beside the capture.
 */
export const ESP_SECRETS_TYPE = 0x45535053;

/** Type "IKES": our own, the text of `ikev1_decryption_table` or `ikev2_decryption_table`; other programs pass over a type they do not know. */
export const IKE_SECRETS_TYPE = 0x494b4553;

/** Type "TLSK": an NSS key log, which opens the TLS inside OpenVPN. */
export const TLS_SECRETS_TYPE = 0x544c534b;

/** Type "OVPN": our own, key files of OpenVPN as they are. */
export const OPENVPN_SECRETS_TYPE = 0x4f56504e;

const OURS: ReadonlySet<number> = new Set([ESP_SECRETS_TYPE, IKE_SECRETS_TYPE, TLS_SECRETS_TYPE, OPENVPN_SECRETS_TYPE]);

/** Keys of a Decryption Secrets Block; undefined when it is of a type that is not ours (SSH, WireGuard). `file`: the capture, for notes. */
export function readSecretsBlock(block: { readonly type: number; readonly bytes: Uint8Array }, file: string): KeyRing | undefined {
  if (!OURS.has(block.type)) return undefined;
  return readKeys(Buffer.from(block.bytes.buffer, block.bytes.byteOffset, block.bytes.length).toString('utf8'), file);
}
