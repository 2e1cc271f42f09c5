import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/config/check/check-config.js';
import { compareEnds } from '../../src/config/compare/compare-ends.js';
import { pairConnections } from '../../src/config/compare/pair-connections.js';
import { endOf, type ReadConfig, readConfig } from '../../src/config/read-config.js';
import type { ReadIncluded } from '../../src/config/source.js';

/**
 * The scenario configurations of the products' own test suites, read where they are: VPNDOCTOR_SUITES names a folder that holds the
 * sources of strongSwan and libreswan as `strongswan/` and `libreswan/`. Nothing of them is copied.
 */
const SUITES = process.env['VPNDOCTOR_SUITES'] ?? '';

interface Suite {
  readonly folder: string;
  readonly product: 'strongswan' | 'libreswan';
  /** Files of the suite by name; a swanctl_base.conf is a piece that others include. */
  readonly names: RegExp;
  /** What absolute includes begin with on the suite's machines, and where that is in the sources. */
  readonly root: readonly [string, string];
  /** Share of files with an unknown keyword that are so on purpose (tests of errors, of keywords not released yet). */
  readonly mostUnknown: number;
}

const suites: readonly Suite[] = [
  {
    folder: 'strongswan/testing',
    product: 'strongswan',
    names: /^(swanctl(-\w+)?|ipsec)\.(conf|secrets)$/,
    root: ['/etc', 'hosts/default/etc'],
    mostUnknown: 0.01,
  },
  {
    folder: 'libreswan/testing',
    product: 'libreswan',
    names: /^((east|west|north|road|nic|ipsec)(\.ipsec|-(?!unbound|dns)[\w-]+)?|ikev2-oe)\.(conf|secrets)$|\.(swanctl|racoon)\.conf$/,
    root: ['/testing', ''],
    mostUnknown: 0.03,
  },
];

/** Scenarios whose two ends are told to fail, and how; all others are to fit. */
const meantToFail: Readonly<Record<string, string>> = {
  'net2net-psk-fail': 'config/psk-differs',
  'compress-03-mismatch-ikev1': 'config/compression',
  'ikev1-aggr-07-no-isakmp-proposal-chosen': 'config/ike-proposals',
  'ikev1-algo-04-mismatch': 'config/esp-proposals',
  'ikev2-21-mode-mismatch-01': 'config/mode',
  'ikev2-35-mismatched-child': 'config/selectors',
  'ikev2-algo-17-no-sha1-01': 'config/esp-proposals',
  'ikev2-asymmetric-16-auth-mismatch': 'config/authentication',
  'ikev2-child-01-pfs-no-downgrade-no': 'config/pfs',
  'ikev2-x509-14-san-dn-mismatch': 'config/identity',
};

interface Ends {
  readonly product: Suite['product'];
  readonly folder: string;
  readonly ours: string;
  readonly theirs: string;
  readonly addresses: readonly [readonly string[], readonly string[]];
  /** Share of tunnels without a problem: the rest fails on purpose or is tolerated by the product. */
  readonly clean: number;
}

const ends: readonly Ends[] = [
  {
    product: 'strongswan',
    folder: 'strongswan/testing/tests',
    ours: 'hosts/moon/etc/swanctl/swanctl.conf',
    theirs: 'hosts/sun/etc/swanctl/swanctl.conf',
    addresses: [[], []],
    clean: 0.85,
  },
  {
    product: 'libreswan',
    folder: 'libreswan/testing/pluto',
    ours: 'west.conf',
    theirs: 'east.conf',
    addresses: [
      ['192.1.2.45', '192.0.1.254'],
      ['192.1.2.23', '192.0.2.254'],
    ],
    clean: 0.88,
  },
];

describe.each(ends)('the two ends in the scenarios of $product', ({ product, folder, ours, theirs, addresses, clean }) => {
  const base = join(SUITES, folder);
  const present = SUITES !== '' && existsSync(base);
  const suite = suites.find((one) => one.product === product);

  it.skipIf(!present || suite === undefined)('fit, unless they are meant not to', { timeout: 300_000 }, async () => {
    const top = join(SUITES, suite?.folder ?? '');
    const scenarios = product === 'strongswan' ? readdirSync(base).flatMap((group) => folders(join(base, group))) : folders(base);
    let tunnels = 0;
    const wrong: string[] = [];
    const found = new Map<string, readonly string[]>();
    for (const scenario of scenarios) {
      const [a, b] = [join(scenario, ours), join(scenario, theirs)];
      if (!existsSync(a) || !existsSync(b)) continue;
      const [x, y] = [
        await read(a, product, top, suite?.root ?? ['', ''], addresses[0]),
        await read(b, product, top, suite?.root ?? ['', ''], addresses[1]),
      ];
      for (const pair of pairConnections(x.connections, y.connections).pairs) {
        // Both files hold the connections of other scenarios, too.
        if (product === 'libreswan' && pair.ours.name !== pair.theirs.name) continue;
        const { mismatches } = compareEnds(endOf(x, pair.ours), endOf(y, pair.theirs));
        // Scenarios are started by hand, and libreswan's have their secrets elsewhere.
        const codes = mismatches
          .filter(({ severity, code }) => severity !== 'info' && !/start|loaded|psk-missing/.test(code))
          .map(({ code }) => code);
        tunnels++;
        const name = scenario.replace(/^.*\//, '');
        found.set(name, [...(found.get(name) ?? []), ...codes]);
        if (codes.length > 0) wrong.push(`${name} ${pair.ours.name}: ${codes.join(' ')}`);
      }
    }
    console.info([`${product}: ${tunnels} tunnels, ${tunnels - wrong.length} fit`, ...wrong].join('\n  '));
    for (const [name, code] of Object.entries(meantToFail)) if (found.has(name)) expect(found.get(name), name).toContain(code);
    expect(tunnels).toBeGreaterThan(50);
    expect((tunnels - wrong.length) / tunnels).toBeGreaterThan(clean);
  });
});

function folders(base: string): readonly string[] {
  return readdirSync(base, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(base, name));
}

describe.each(suites)('the test suite of $product', ({ folder, product, names, root, mostUnknown }) => {
  const base = join(SUITES, folder);
  const present = SUITES !== '' && existsSync(base);

  it.skipIf(!present)(
    `is read to the last file${present ? '' : ' (skipped: VPNDOCTOR_SUITES names no folder with it)'}`,
    { timeout: 300_000 },
    async () => {
      const files = walk(base).filter((path) => names.test(path.replace(/^.*\//, '')));
      const unknown = new Map<string, string>();
      let connections = 0;
      let withUnknown = 0;
      let syntax = 0;
      for (const path of files) {
        const config = await read(path, product, base, root);
        // Judging them must not fail either.
        checkConfig(config);
        connections += config.connections.length;
        const remarks = config.remarks.filter(({ code }) => code === 'unknown-keyword');
        for (const { text, file, line } of remarks) unknown.set(text, `${file}:${line}`);
        if (remarks.length > 0) withUnknown++;
        if (config.remarks.some(({ code }) => code === 'syntax')) syntax++;
        for (const { line } of config.remarks) expect(line, path).toBeGreaterThanOrEqual(0);
      }
      const report = `${product}: ${files.length} files, ${connections} connections, ${syntax} with a fault of syntax, ${withUnknown} with unknown keywords (${unknown.size} of them)`;
      console.info([report, ...[...unknown].map(([text, place]) => `  ${text}  ${place.replace(base, '')}`)].join('\n'));
      expect(files.length).toBeGreaterThan(100);
      expect(connections).toBeGreaterThan(files.length / 2);
      expect(withUnknown / files.length).toBeLessThan(mostUnknown);
    },
  );
});

async function read(
  path: string,
  product: Suite['product'],
  base: string,
  [from, to]: Suite['root'],
  addresses: readonly string[] = [],
): Promise<ReadConfig> {
  const include: ReadIncluded = async (pattern, parent) => {
    const absolute = pattern.startsWith(`${from}/`) ? join(base, to, pattern.slice(from.length)) : resolve(dirname(parent), pattern);
    const found = absolute.includes('*') ? glob(absolute) : existsSync(absolute) && statSync(absolute).isFile() ? [absolute] : [];
    return { files: found.map((file) => ({ file, text: readFileSync(file, 'utf8') })), problems: [] };
  };
  return readConfig({ file: path, text: readFileSync(path, 'utf8') }, include, { addresses, product });
}

/** Patterns with `*` in their last part alone. */
function glob(pattern: string): readonly string[] {
  const folder = dirname(pattern);
  const matcher = new RegExp(
    `^${pattern
      .slice(folder.length + 1)
      .replace(/[.+^${}()|[\]\\?]/g, '\\$&')
      .replaceAll('*', '[^/]*')}$`,
  );
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => matcher.test(name))
    .map((name) => join(folder, name));
}

function walk(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : entry.isFile() ? [path] : [];
  });
}
