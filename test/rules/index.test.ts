import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rules } from '../../src/rules/index.js';
import type { Rule } from '../../src/rules/rule.js';
import { capture } from '../support/facts.js';

const all: readonly Rule[] = rules;
const codes = new Set(all.map(({ code }) => code));
const slug = (code: string) => code.replace('/', '-');

describe('the registry of rules', () => {
  it('has every file with a rule, each under the name of its code', () => {
    const files = readdirSync('src/rules').filter(
      (file) => file.endsWith('.ts') && /^export const rule\b/m.test(readFileSync(`src/rules/${file}`, 'utf8')),
    );
    expect(files.sort()).toEqual(all.map(({ code }) => `${slug(code)}.ts`).sort());
  });

  it('has no code twice', () => {
    expect(codes.size).toBe(all.length);
  });

  it.each(all)('$code says what it is about and where that stands', ({ code, title, refs, dependsOn }) => {
    expect(code).toMatch(/^(?:ah|crypto|esp|ike|openvpn|path)\/[a-z0-9-]+$/);
    expect(title).not.toMatch(/[.\n]$/);
    expect(refs.length).toBeGreaterThan(0);
    for (const ref of refs) expect(ref).toMatch(/^(?:RFC \d{3,5}(?: §\d+(?:\.\d+)*)?|OpenVPN manual --[a-z0-9-]+)$/);
    for (const cause of dependsOn) expect(codes).toContain(cause);
  });

  it.each(all)('$code has a test', ({ code }) => {
    expect(existsSync(`test/rules/${slug(code)}.test.ts`)).toBe(true);
  });

  it.each(all)('$code says nothing of an empty capture', (rule) => {
    expect([...rule.evaluate(capture())]).toEqual([]);
  });

  it('has no circle of causes', () => {
    const byCode = new Map(all.map((rule) => [rule.code, rule]));
    const visit = (code: string, path: readonly string[]): void => {
      expect(path).not.toContain(code);
      for (const cause of byCode.get(code)?.dependsOn ?? []) visit(cause, [...path, code]);
    };
    for (const { code } of all) visit(code, []);
  });

  it('never calls weak algorithms an error', () => {
    expect(all.find(({ code }) => code === 'crypto/weak-algorithms')?.severity).not.toBe('error');
  });
});
