import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Registry } from '../../../../src/bytes/registry.js';
import { numbersOf } from '../../../../src/wire/ike/tables/numbers-of.js';

const folder = new URL('../../../../src/wire/ike/tables/', import.meta.url);

describe('numbersOf', () => {
  it('turns a registry around', () => {
    const numbers = numbersOf({ 1: 'ONE', 70000: 'MANY' } as const);
    const one: 1 = numbers.ONE;
    expect([one, numbers.MANY]).toEqual([1, 70000]);
  });

  it.each(readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.startsWith('vendor-id')))(
    'no name stands twice in a registry of %s',
    async (file) => {
      const exported = (await import(new URL(file, folder).href)) as Record<string, unknown>;
      for (const [name, value] of Object.entries(exported)) {
        if (value === null || typeof value !== 'object' || !Object.keys(value).every((key) => /^\d+$/.test(key))) continue;
        const names = Object.values(value as Registry).filter((entry) => typeof entry === 'string');
        expect([name, names.length - new Set(names).size]).toEqual([name, 0]);
      }
    },
  );
});
