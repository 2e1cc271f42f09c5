import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/config/check/check-config.js';
import { describeConnection } from '../../src/config/check/describe-connection.js';
import { endOf } from '../../src/config/read-config.js';
import { compareTexts, type EndFacts, problems, readEnd } from '../config/compare/compare-texts.js';
import {
  judgeLibreswanPage,
  judgeOpenvpnPage,
  judgeStrongswanPage,
  judgeSwanctlPage,
  manualPage,
  type PageVerdict,
} from '../config/manual-pages.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { unpackPackages } from './support/debian-package.js';

/**
 * What the Debian packages of libreswan, strongSwan and OpenVPN ship: every example is read, every keyword of their man pages is known.
 * Packages that conflict with the installed ones are fetched and unpacked beside them; nothing is copied into this repository.
 */
const at = temporaryFolder();

interface Package {
  readonly name: string;
  readonly facts: EndFacts;
  /** Of its files, those that are configurations. */
  readonly examples: RegExp;
  readonly page: string;
  readonly judge: (page: string) => PageVerdict;
  /** What the examples have wrong, file and lines. */
  readonly wrong: readonly string[];
  /** At least: files, connections, keywords of the page. */
  readonly least: readonly [number, number, number];
}

const packages: readonly Package[] = [
  {
    name: 'libreswan',
    facts: { product: 'libreswan', version: '4.10' },
    examples: /^etc\/ipsec\.(conf|secrets)$|\/doc\/libreswan\/(ipsec\.\w+-sample|examples\/(?!sysctl).*\.conf)$/,
    page: 'usr/share/man/man5/ipsec.conf.5.gz',
    judge: judgeLibreswanPage,
    // Explanations between the connections, and modecfgdns1.2.3.4 without its "=".
    wrong: ['hub-spoke.conf:7,14,16,17,18,20,31,32,34,35,36,38,39', 'xauth.conf:15'],
    least: [15, 15, 150],
  },
  {
    name: 'strongswan-starter',
    facts: { product: 'strongswan', version: '5.9.8' },
    examples: /^etc\/ipsec\.(conf|secrets)$/,
    page: 'usr/share/man/man5/ipsec.conf.5.gz',
    judge: judgeStrongswanPage,
    wrong: [],
    least: [2, 0, 80],
  },
  {
    name: 'strongswan-swanctl',
    facts: { version: '5.9.8' },
    examples: /^etc\/swanctl\/.*\.conf$/,
    page: 'usr/share/man/man5/swanctl.conf.5.gz',
    judge: judgeSwanctlPage,
    wrong: [],
    least: [1, 0, 80],
  },
  {
    name: 'openvpn',
    facts: {},
    examples: /\/examples\/sample-config-files\/(client\.conf|server\.conf|loopback-\w+)$/,
    page: 'usr/share/man/man8/openvpn.8.gz',
    judge: judgeOpenvpnPage,
    wrong: [],
    least: [4, 4, 250],
  },
];

/** Where the package's files are: `/` when it is installed, else a folder it was unpacked into; undefined when it cannot be had. */
function rootOf({ name, page }: Package): string | undefined {
  // Packages may be installed without their documentation.
  if (existsSync(`/var/lib/dpkg/info/${name}.list`) && existsSync(join('/', page))) return '/';
  return unpackPackages(at(name), [name]);
}

/** Of the package alone, relative to its root. */
function filesOf({ name }: Package, root: string): readonly string[] {
  if (root !== '/') return (readdirSync(root, { recursive: true }) as string[]).toSorted();
  return readFileSync(`/var/lib/dpkg/info/${name}.list`, 'utf8')
    .split('\n')
    .map((path) => path.slice(1));
}

describe.each(packages)('the package $name', (one) => {
  let root: string | undefined;
  beforeAll(() => {
    root = rootOf(one);
  });

  it('its examples are read', async ({ skip }) => {
    if (root === undefined) return skip('neither installed nor to be downloaded');
    let connections = 0;
    const files = filesOf(one, root).filter((path) => one.examples.test(path));
    const unknown: string[] = [];
    const wrong: string[] = [];
    for (const path of files) {
      // Under the name that it would have in use: by it the language is told.
      const name = `/${path.replace(/-sample$/, '')}`;
      const config = await readEnd({ [name]: readFileSync(join(root, path), 'utf8') }, one.facts);
      for (const connection of config.connections) expect(describeConnection(endOf(config, connection)).length).toBeGreaterThan(0);
      for (const { line, text } of checkConfig(config)) expect([Number.isInteger(line), text.length > 0]).toEqual([true, true]);
      connections += config.connections.length;
      const remarks = config.remarks.filter(({ code }) => code === 'unknown-keyword' || code === 'syntax');
      for (const { text, line } of remarks) unknown.push(`${path}:${line} ${text}`);
      if (remarks.length > 0) wrong.push(`${path.replace(/^.*\//, '')}:${remarks.map(({ line }) => line).join(',')}`);
    }
    console.info(
      [`${one.name}: ${files.length} files, ${connections} connections, ${unknown.length} lines not known`, ...unknown].join('\n  '),
    );
    expect(wrong).toEqual(one.wrong);
    expect(files.length).toBeGreaterThanOrEqual(one.least[0]);
    expect(connections).toBeGreaterThanOrEqual(one.least[1]);
  });

  it('every keyword of its man page is known', ({ skip }) => {
    if (root === undefined) return skip('neither installed nor to be downloaded');
    const { count, unknown } = one.judge(manualPage(readFileSync(join(root, one.page))));
    console.info(`${one.name}: ${count} keywords in ${one.page.replace(/^.*\//, '')}, ${unknown.length} not known`);
    expect(unknown).toEqual([]);
    expect(count).toBeGreaterThan(one.least[2]);
  });
});

describe('the examples of OpenVPN', () => {
  const folder = '/usr/share/doc/openvpn/examples/sample-config-files';

  it.skipIf(!existsSync(join(folder, 'client.conf')))('client and server fit', async () => {
    const text = (name: string) => readFileSync(join(folder, name), 'utf8');
    expect(problems(await compareTexts({ 'client.conf': text('client.conf') }, { 'server.conf': text('server.conf') }))).toEqual([]);
  });
});
