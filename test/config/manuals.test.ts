import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { findKeyword } from '../../src/config/ipsec-conf/check-keywords.js';
import { findOption } from '../../src/config/openvpn/options.js';
import { isOption } from '../../src/config/swanctl/keywords.js';
import { compareTexts, problems, readEnd } from './compare/compare-texts.js';

/**
 * Every keyword of the products' man pages is known. Pages of installed packages are read where they are; those of ipsec.conf from
 * the sources in the folder that VPNDOCTOR_SUITES names. Nothing is copied; what is absent is skipped.
 */
const SUITES = process.env['VPNDOCTOR_SUITES'] ?? '';
const SWANCTL_5 = '/usr/share/man/man5/swanctl.conf.5.gz';
const OPENVPN_8 = '/usr/share/man/man8/openvpn.8.gz';
const LIBRESWAN = join(SUITES, 'libreswan/configs/d.ipsec.conf');
const STRONGSWAN = join(SUITES, 'strongswan/man/ipsec.conf.5.in');
const OPENVPN_SAMPLES = '/usr/share/doc/openvpn/examples/sample-config-files';
const SWANCTL_CONF = '/etc/swanctl/swanctl.conf';

const page = (path: string) => gunzipSync(readFileSync(path)).toString('utf8').replaceAll('\\-', '-');
const skip = (path: string) => ({ skip: !existsSync(path) || path.startsWith('/libreswan') || path.startsWith('/strongswan') });
const absent = (path: string) => (skip(path).skip ? ' (skipped: not there)' : '');

/** What a page names and the program's own parser does not know: slips of the pages, and words kept to say that they are gone. */
const OF_THE_PAGE_ALONE = ['tun-max-mtu', 'conn leftfirewall', 'conn rightirewall', 'conn auth'];

/** Kinds of sections of swanctl.conf by the path before an option. */
function kindOf(path: string): 'connection' | 'round' | 'certificate' | 'child' | 'authority' | undefined {
  if (/^connections\.<conn>$/.test(path)) return 'connection';
  if (/^connections\.<conn>\.(local|remote)<suffix>$/.test(path)) return 'round';
  if (/^connections\.<conn>\.(local|remote)<suffix>\.cac?e?r?t<suffix>$/.test(path) || /\.cert<suffix>$/.test(path)) return 'certificate';
  if (/^connections\.<conn>\.children\.<child>$/.test(path)) return 'child';
  return /^authorities\.<name>$/.test(path) ? 'authority' : undefined;
}

describe('man pages', () => {
  it.skipIf(skip(SWANCTL_5).skip)(`every option of swanctl.conf(5) is known${absent(SWANCTL_5)}`, () => {
    const options = [...page(SWANCTL_5).matchAll(/^\.BR (\S+)\.([\w]+) "/gm)].map(([, path = '', key = '']) => ({
      kind: kindOf(path),
      path,
      key,
    }));
    const judged = options.filter(({ kind }) => kind !== undefined);
    expect(judged.length).toBeGreaterThan(80);
    expect(judged.filter(({ kind, key }) => kind !== undefined && !isOption(kind, key)).map(({ path, key }) => `${path}.${key}`)).toEqual(
      [],
    );
  });

  it.skipIf(skip(OPENVPN_8).skip)(`every option of openvpn(8) is known${absent(OPENVPN_8)}`, () => {
    const options = [...new Set([...page(OPENVPN_8).matchAll(/^\.BI?\s+--([\w-]+)/gm)].map(([, name = '']) => name))];
    expect(options.length).toBeGreaterThan(250);
    // Of the command line alone.
    const unknown = options.filter(
      (name) => findOption(name) === undefined && !['help', 'version', 'show-tls-groups', 'test-crypto', 'rmtun', 'mktun'].includes(name),
    );
    expect(unknown.filter((name) => !OF_THE_PAGE_ALONE.includes(name))).toEqual([]);
  });

  it.skipIf(skip(LIBRESWAN).skip)(`every keyword of libreswan's ipsec.conf(5) is known${absent(LIBRESWAN)}`, () => {
    const unknown: string[] = [];
    let count = 0;
    for (const section of ['setup', 'conn'] as const)
      for (const name of readdirSync(join(LIBRESWAN, section))) {
        const head = /<varlistentry[\s\S]*?<listitem>/.exec(readFileSync(join(LIBRESWAN, section, name), 'utf8'))?.[0] ?? '';
        for (const [, key = ''] of head.matchAll(/<option>([a-z][\w-]*)=/gi)) {
          count++;
          if (findKeyword('libreswan', section, key) === undefined) unknown.push(`${section} ${key}`);
        }
      }
    expect(count).toBeGreaterThan(150);
    expect(unknown.filter((name) => !OF_THE_PAGE_ALONE.includes(name))).toEqual([]);
  });

  it.skipIf(skip(STRONGSWAN).skip)(`every keyword of strongSwan's ipsec.conf(5) is known${absent(STRONGSWAN)}`, () => {
    const text = readFileSync(STRONGSWAN, 'utf8');
    const unknown: string[] = [];
    let count = 0;
    let section: 'setup' | 'conn' | 'ca' = 'conn';
    for (const line of text.slice(text.indexOf('.SH "CONN SECTIONS"') < 0 ? 0 : text.indexOf('CONN SECTIONS')).split('\n')) {
      if (/^\.SH.*CA SECTIONS/.test(line)) section = 'ca';
      if (/^\.SH.*CONFIG SECTIONS/.test(line)) section = 'setup';
      if (/^\.SH.*(CONN)/.test(line)) section = 'conn';
      const key = /^\.BR ([a-z][\w|-]*) " = /.exec(line)?.[1];
      if (key === undefined) continue;
      for (const one of key.includes('|') ? key.replace(/^left\|right/, 'left').split('|') : [key]) {
        count++;
        if (findKeyword('strongswan', section, one) === undefined && findKeyword('strongswan', 'setup', one) === undefined)
          unknown.push(`${section} ${one}`);
      }
    }
    expect(count).toBeGreaterThan(80);
    expect(unknown.filter((name) => !OF_THE_PAGE_ALONE.includes(name))).toEqual([]);
  });
});

describe('examples of installed packages', () => {
  it.skipIf(!existsSync(join(OPENVPN_SAMPLES, 'client.conf')))('OpenVPN: client and server are read, and fit', async () => {
    const text = (name: string) => readFileSync(join(OPENVPN_SAMPLES, name), 'utf8');
    for (const name of ['client.conf', 'server.conf', 'loopback-client', 'loopback-server']) {
      const { remarks } = await readEnd({ [`${name}.ovpn`]: text(name) });
      expect(
        remarks.filter(({ severity, code }) => severity === 'error' && code !== 'missing-keyword'),
        name,
      ).toEqual([]);
    }
    expect(problems(await compareTexts({ 'client.conf': text('client.conf') }, { 'server.conf': text('server.conf') }))).toEqual([]);
  });

  it.skipIf(!existsSync(SWANCTL_CONF))('strongSwan: swanctl.conf is read', async () => {
    const { remarks, language } = await readEnd({ [SWANCTL_CONF]: readFileSync(SWANCTL_CONF, 'utf8') });
    expect([language, remarks.filter(({ severity }) => severity === 'error')]).toEqual(['swanctl.conf', []]);
  });
});
