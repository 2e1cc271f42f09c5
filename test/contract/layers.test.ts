import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * The direction of imports (design: layers). Biome refuses an import against it while one types; this test refuses a folder
 * that Biome was not told of.
 */

const LAYERS: Readonly<Record<string, number>> = {
  bytes: 0,
  model: 0,
  wire: 1,
  pcapfile: 1,
  crypto: 1,
  keymat: 2,
  capture: 2,
  dissect: 2,
  config: 2,
  logs: 2,
  engine: 3,
  transport: 3,
  host: 3,
  checks: 4,
  probes: 4,
  rules: 4,
  services: 5,
  report: 5,
  commands: 6,
};

/** Within a layer only these. */
const BESIDE: readonly string[] = ['dissect > keymat', 'services > report', 'host > transport', 'transport > engine'];

/** The only ones that touch files, processes and sockets; services and commands write what the user named. */
const OUTSIDE = new Set(['capture', 'host', 'transport', 'services', 'commands']);

/** Not by folder: text of our own that is printed, and a file that is our own manifest. */
const TOUCHES_OUTSIDE: readonly string[] = ['src/report/text-output.ts'];

interface Override {
  readonly includes: readonly string[];
  readonly linter: {
    readonly rules: {
      readonly style: {
        readonly noRestrictedImports: { readonly options: { readonly patterns: readonly { readonly group: readonly string[] }[] } };
      };
    };
  };
}

const biome = JSON.parse(readFileSync('biome.json', 'utf8')) as { readonly overrides: readonly Override[] };
const folders = readdirSync('src', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) yield* sources(join(folder, entry.name));
    else if (entry.name.endsWith('.ts')) yield join(folder, entry.name);
  }
}

/** What a file imports, types included. */
function importsOf(path: string): string[] {
  return [...readFileSync(path, 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, name = '']) => name);
}

describe.each(folders)('src/%s', (folder) => {
  it('has a layer', () => expect(LAYERS).toHaveProperty(folder));

  it('has a rule in biome.json against importing from above', () => {
    const override = biome.overrides.find(({ includes }) => includes.includes(`src/${folder}/**`));
    const refused = override?.linter.rules.style.noRestrictedImports.options.patterns.flatMap(({ group }) => group) ?? [];
    const above = folders.filter((other) => (LAYERS[other] ?? 0) > (LAYERS[folder] ?? 0));
    for (const other of above) expect(refused, `${folder} must not import ${other}`).toContain(`../${other}/**`);
    if (folder !== 'commands') expect(override).toBeDefined();
  });

  it('imports downwards only', () => {
    const wrong: string[] = [];
    for (const path of sources(join('src', folder))) {
      for (const name of importsOf(path)) {
        if (!name.startsWith('.')) continue;
        const [, target = ''] = relative('.', join(dirname(path), name)).split('/');
        if (target === folder) continue;
        const down = (LAYERS[target] ?? Number.POSITIVE_INFINITY) < (LAYERS[folder] ?? 0);
        if (!down && !BESIDE.includes(`${folder} > ${target}`)) wrong.push(`${path}: ${name}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it.skipIf(OUTSIDE.has(folder))('touches no file, process or socket', () => {
    const wrong: string[] = [];
    for (const path of sources(join('src', folder))) {
      if (TOUCHES_OUTSIDE.includes(path)) continue;
      for (const name of importsOf(path))
        if (/^node:(?:fs|net|dgram|child_process|tls|http|https)\b/.test(name)) wrong.push(`${path}: ${name}`);
    }
    // `isIP` looks at text, not at a socket.
    expect(wrong.filter((line) => !line.endsWith('node:net'))).toEqual([]);
  });
});
