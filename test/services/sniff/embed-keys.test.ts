import { existsSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/bytes/errors.js';
import { KeyRing } from '../../../src/dissect/keys/key-ring.js';
import { ESP_SECRETS_TYPE } from '../../../src/dissect/keys/secrets-block.js';
import { embedKeys } from '../../../src/services/sniff/embed-keys.js';
import { loadKeys } from '../../../src/services/sniff/load-keys.js';
import { MISSING } from '../../support/missing-path.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const at = temporaryFolder();
const keysOf = (slug: string) => loadKeys([`captures/${slug}/keys.json`], []);

describe('embedKeys', () => {
  it('gives the block for ESP, and writes the tables beside the capture for the owner alone', async () => {
    const blocks = embedKeys(await keysOf('ikev2-psk'), at('a.pcapng'));
    expect(blocks).toHaveLength(1);
    expect(blocks[0]?.type).toBe(ESP_SECRETS_TYPE);
    const text = Buffer.from(blocks[0]?.bytes ?? []).toString();
    expect(text).toContain('"0xbc6fec72"');
    expect(readFileSync(at('a.pcapng.esp_sa'), 'utf8')).toBe(text);
    expect(readFileSync(at('a.pcapng.ikev2_decryption_table'), 'utf8')).toContain('3885e6af13ff7ecc');
    for (const table of ['esp_sa', 'ikev2_decryption_table']) expect(statSync(at(`a.pcapng.${table}`)).mode & 0o777).toBe(0o600);
  });

  it('writes only tables that have something in them', async () => {
    embedKeys(await keysOf('ikev1-main-quick'), at('b.pcapng'));
    expect(existsSync(at('b.pcapng.ikev1_decryption_table'))).toBe(true);
    expect(existsSync(at('b.pcapng.ikev2_decryption_table'))).toBe(false);
  });

  it('writes nothing beside standard output', async () => {
    expect(embedKeys(await keysOf('ikev2-psk'), '-')).toHaveLength(1);
    expect(existsSync('-.esp_sa')).toBe(false);
  });

  it('has no block where there are no ESP keys', async () => {
    expect(embedKeys(await keysOf('ikev2-child-no-proposal'), '-')).toEqual([]);
  });

  it('refuses without keys', () => expect(() => embedKeys(new KeyRing(), at('c'))).toThrow(UsageError));

  it('says where it cannot write', async () => {
    const keys = await keysOf('ikev2-psk');
    expect(() => embedKeys(keys, `${MISSING}/x`)).toThrow(UsageError);
    expect(() => embedKeys(keys, `${MISSING}/x`)).toThrow(/\/x\.esp_sa cannot be written: there is no such folder/);
  });
});
