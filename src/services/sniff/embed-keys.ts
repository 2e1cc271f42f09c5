import { UsageError } from '../../bytes/errors.js';
import { writeError } from '../../bytes/file-error.js';
import { writePrivate } from '../../capture/open-private.js';
import type { KeyRing } from '../../dissect/keys/key-ring.js';
import { ESP_SECRETS_TYPE } from '../../dissect/keys/secrets-block.js';
import { writeWiresharkTables } from '../../dissect/keys/write-tables.js';
import type { CaptureSecrets } from '../../pcapfile/record-parser.js';

/**
 * Makes a capture one that opens decrypted. The block for ESP keys, which newer Wiresharks and `sniff` itself read, is
 * returned to be written into the capture. There is none for IKE, and older Wiresharks know neither, so the same keys are
 * also written beside it under the names of Wireshark's tables: `capture.pcapng.esp_sa`, `….ikev2_decryption_table`.
 * @throws UsageError without keys, EnvironmentError when a file cannot be written
 */
export function embedKeys(keys: KeyRing, path: string): CaptureSecrets[] {
  if (keys.isEmpty) throw new UsageError('--embed-keys without keys', 'give them with -k FILE');
  const { espSa, ikev1, ikev2 } = writeWiresharkTables(keys);
  if (path !== '-') {
    for (const [name, text] of [
      ['esp_sa', espSa],
      ['ikev1_decryption_table', ikev1],
      ['ikev2_decryption_table', ikev2],
    ] as const) {
      if (text !== '') writeKeys(`${path}.${name}`, text);
    }
  }
  return espSa === '' ? [] : [{ type: ESP_SECRETS_TYPE, bytes: Buffer.from(espSa) }];
}

function writeKeys(path: string, text: string): void {
  try {
    writePrivate(path, text);
  } catch (error) {
    throw writeError(path, error);
  }
}
