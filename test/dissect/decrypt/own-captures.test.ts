import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readKeys } from '../../../src/dissect/keys/read-keys.js';
import { openCapture } from './open-capture.js';

const root = fileURLToPath(new URL('../../../captures', import.meta.url));
const slugs = existsSync(root) ? readdirSync(root).filter((slug) => existsSync(join(root, slug, 'keys.json'))) : [];

/** What the capture was made to show. */
function findingOf(slug: string): unknown {
  return (JSON.parse(readFileSync(join(root, slug, 'expect.json'), 'utf8')) as { finding: unknown }).finding;
}

/** Those of OpenVPN are opened in `test/dissect/openvpn`. */
const ipsec = slugs.filter((slug) => !slug.startsWith('openvpn-'));

describe('captures of our own, with their keys.json', () => {
  it('are there', () => expect(slugs.length).toBeGreaterThan(10));

  for (const slug of ipsec) {
    it(slug, () => {
      const ring = readKeys(readFileSync(join(root, slug, 'keys.json'), 'utf8'), 'keys.json');
      expect(ring.notes).toEqual([]);
      const opened = openCapture(join(root, slug, 'capture.pcap'), ring);
      const bad = {
        esp: opened.esp
          .filter(({ plain }) => plain !== undefined && plain.icv !== 'good' && plain.icvBytes.length > 0)
          .map(({ frame, plain }) => ({ frame, spi: plain?.spi, icv: plain?.icv })),
        sk: opened.sk
          .filter(({ plain, malformed }) => malformed || (plain !== undefined && plain.icv !== 'good'))
          .map(({ frame, plain }) => ({ frame, icv: plain?.icv })),
        ikev1: opened.ikev1
          .filter(({ plain }) => plain !== undefined && (!plain.plausible || plain.firstBlockLost))
          .map(({ frame, messageId }) => ({ frame, messageId })),
      };
      if (findingOf(slug) === 'esp/icv-bad') expect(bad.esp.length, 'a capture made with a wrong key').toBeGreaterThan(0);
      else expect(bad).toEqual({ esp: [], sk: [], ikev1: [] });
      // Keys that open nothing would make the lines above true by accident.
      const count = (list: readonly { readonly plain: unknown }[]) => list.filter(({ plain }) => plain !== undefined).length;
      expect(count(opened.esp) + count(opened.sk) + count(opened.ikev1)).toBeGreaterThan(0);
    });
  }
});
