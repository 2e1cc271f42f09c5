import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  judgeIpsecConf,
  judgeLibreswanPage,
  judgeOpenvpnPage,
  judgeStrongswanPage,
  judgeSwanctlPage,
  manualPage,
  type PageVerdict,
} from './manual-pages.js';

/**
 * Every keyword of the products' man pages is known. Pages of installed packages are read where they are; those of other releases
 * from the sources in the folder that VPNDOCTOR_SUITES names. Nothing is copied; what is absent is skipped. The pages of packages
 * that cannot be installed side by side: test/interop/config-examples.test.ts.
 */
const SUITES = process.env['VPNDOCTOR_SUITES'] ?? '/nowhere';
const MAN = '/usr/share/man';

const installed = (path: string) => () => manualPage(readFileSync(join(MAN, path)));

/** The keywords of libreswan's sources: a file a keyword. */
function libreswanSources(folder: string): PageVerdict {
  const names = (['setup', 'conn'] as const).flatMap((section) =>
    readdirSync(join(folder, section)).flatMap((name) => {
      const head = /<varlistentry[\s\S]*?<listitem>/.exec(readFileSync(join(folder, section, name), 'utf8'))?.[0] ?? '';
      return [...head.matchAll(/<option>([a-z][\w-]*)=/gi)].map(([, key = '']) => `${section} ${key}`);
    }),
  );
  return judgeIpsecConf('libreswan', names);
}

const isLibreswan = (page: string) => /libreswan/i.test(page);

const pages: readonly (readonly [string, string, number, () => PageVerdict])[] = [
  ['swanctl.conf(5)', join(MAN, 'man5/swanctl.conf.5.gz'), 80, () => judgeSwanctlPage(installed('man5/swanctl.conf.5.gz')())],
  ['openvpn(8)', join(MAN, 'man8/openvpn.8.gz'), 250, () => judgeOpenvpnPage(installed('man8/openvpn.8.gz')())],
  [
    'ipsec.conf(5) as installed',
    join(MAN, 'man5/ipsec.conf.5.gz'),
    80,
    () => {
      const page = installed('man5/ipsec.conf.5.gz')();
      return isLibreswan(page) ? judgeLibreswanPage(page) : judgeStrongswanPage(page);
    },
  ],
  [
    "libreswan's ipsec.conf(5), newest sources",
    join(SUITES, 'libreswan/configs/d.ipsec.conf'),
    150,
    () => libreswanSources(join(SUITES, 'libreswan/configs/d.ipsec.conf')),
  ],
  [
    "strongSwan's ipsec.conf(5), newest sources",
    join(SUITES, 'strongswan/man/ipsec.conf.5.in'),
    80,
    () => judgeStrongswanPage(readFileSync(join(SUITES, 'strongswan/man/ipsec.conf.5.in'), 'utf8')),
  ],
];

describe('man pages', () => {
  for (const [name, path, least, judge] of pages)
    it.skipIf(!existsSync(path))(`every keyword of ${name} is known${existsSync(path) ? '' : ' (skipped: not there)'}`, () => {
      const { count, unknown } = judge();
      expect(unknown).toEqual([]);
      expect(count).toBeGreaterThan(least);
    });
});
