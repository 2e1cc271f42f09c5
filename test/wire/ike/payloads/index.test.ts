import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { PayloadCodec } from '../../../../src/wire/ike/payload-codec.js';
import { payloads } from '../../../../src/wire/ike/payloads/index.js';
import { IKEV1_PAYLOAD_TYPES, IKEV2_PAYLOAD_TYPES } from '../../../../src/wire/ike/tables/payload-types.js';

const codecs: readonly Omit<PayloadCodec<string, unknown>, 'decode' | 'encode' | 'decodePartial'>[] = payloads;
const filesIn = (path: string, end: string) =>
  readdirSync(fileURLToPath(new URL(path, import.meta.url)))
    .filter((file) => file.endsWith(end) && !file.startsWith('index.'))
    .map((file) => file.slice(0, -end.length))
    .sort();

describe('payload registry', () => {
  it('has the payloads of every file, under the names of the files', () =>
    expect(codecs.map(({ name }) => name).sort()).toEqual(filesIn('../../../../src/wire/ike/payloads', '.ts')));
  it('has a test of each', () => expect(filesIn('.', '.test.ts')).toEqual(codecs.map(({ name }) => name).sort()));

  it.each([
    ['v1', IKEV1_PAYLOAD_TYPES],
    ['v2', IKEV2_PAYLOAD_TYPES],
  ] as const)('gives every type of %s to one codec, and knows its name', (version, registry) => {
    const types = codecs.flatMap((codec) => codec[version] ?? []);
    expect(new Set(types).size).toBe(types.length);
    expect(types.filter((type) => !(type in registry))).toEqual([]);
  });

  it('cites a specification for each', () =>
    expect(codecs.filter(({ spec }) => !/(RFC \d+ §|draft-|MS-)/.test(spec)).map(({ name }) => name)).toEqual([]));
});
