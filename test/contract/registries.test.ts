import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { registries, registryText } from '../../scripts/gen-registry.js';

/** Folders of one thing a file: their lists are generated, and every thing has its test. */

describe.each(registries)('the registry of $folder', (registry) => {
  const { folder } = registry;

  it('is fresh', () => {
    expect(readFileSync(`${folder}/index.ts`, 'utf8'), 'run "npm run gen"').toBe(registryText(registry));
  });
});

it('gen-registry --check agrees without writing', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/gen-registry.js', '--check'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

it('every folder with a registry has its tests beside it', () => {
  for (const { folder } of registries) expect(existsSync(folder.replace('src/', 'test/')), folder).toBe(true);
});
