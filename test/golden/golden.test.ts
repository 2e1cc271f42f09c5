import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { flagsOf, forms, recorded } from '../../scripts/golden.js';
import { runSniff } from '../support/run-sniff.js';

/** What sniff says of representative captures, word for word: `npm run golden -- <slug>` records one anew. */

beforeAll(() => {
  vi.stubEnv('TZ', 'UTC');
  return () => vi.unstubAllEnvs();
});

describe('golden', () => {
  it.each(recorded())('$slug, $form', async ({ slug, form }) => {
    const { text } = await runSniff(flagsOf(form, slug) ?? []);
    expect(text).toBe(readFileSync(`test/golden/${slug}.${form}.txt`, 'utf8'));
  });

  it('covers every form, healthy and failing, both versions, ESP and AH', () => {
    const all = recorded();
    for (const form of Object.keys(forms)) expect(all.map((one) => one.form)).toContain(form);
    const slugs = all.map(({ slug }) => slug);
    for (const slug of slugs) expect(existsSync(`captures/${slug}/capture.pcap`), slug).toBe(true);
    for (const kind of [/^ikev1-/, /^ikev2-/, /^kernel-ah-/, /mismatch/]) expect(slugs.some((slug) => kind.test(slug))).toBe(true);
  });
});
