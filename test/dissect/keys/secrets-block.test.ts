import { expect, it } from 'vitest';
import type { KeyRing } from '../../../src/dissect/keys/key-ring.js';
import { readKeys } from '../../../src/dissect/keys/read-keys.js';
import { ESP_SECRETS_TYPE, readSecretsBlock } from '../../../src/dissect/keys/secrets-block.js';
import { writeWiresharkTables } from '../../../src/dissect/keys/write-tables.js';
import { createCaptureReader } from '../../../src/pcapfile/reader.js';
import { pcapngInterface, pcapngSecrets, pcapngSection } from '../../../src/pcapfile/writer.js';

const ring = readKeys('"IPv4","10.0.0.1","10.0.0.2","0x00000001","AES-CBC [RFC3602]","0x00112233445566778899aabbccddeeff","NULL",""', 'a');

it('ESP SAs come back out of a pcapng file', () => {
  const found: (KeyRing | undefined)[] = [];
  const reader = createCaptureReader(() => undefined, { onSecrets: (secrets) => found.push(readSecretsBlock(secrets, 'capture.pcapng')) });
  const wireguard = pcapngSecrets(0x57474b4c, Buffer.from('CLIENT_RANDOM 00 00'));
  reader.feed(
    Buffer.concat([
      pcapngSection(),
      wireguard,
      pcapngSecrets(ESP_SECRETS_TYPE, Buffer.from(writeWiresharkTables(ring).espSa)),
      pcapngInterface(1),
    ]),
  );
  reader.end();
  expect(found.map((keys) => keys?.esp.map((sa) => [sa.spi.text, sa.origin]))).toEqual([
    undefined,
    [['0x00000001', { file: 'capture.pcapng', line: 1 }]],
  ]);
});
