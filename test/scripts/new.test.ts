import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';

const root = join(import.meta.dirname, '../..');
const at = temporaryFolder();

/** Steps have their id in a list already: those begun here have the ids of steps that there are. */
const KINDS = ['rule my-rule', 'check my-check', 'probe echo', 'openvpn-probe echo', 'payload my-payload', 'command my-command'];

it('what a new thing begins with fits the types of today', { timeout: 120_000 }, () => {
  mkdirSync(at('scripts'));
  copyFileSync(join(root, 'scripts/new.js'), at('scripts/new.mjs'));
  for (const kind of KINDS) execFileSync(process.execPath, [at('scripts/new.mjs'), ...kind.split(' ')]);
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: true,
      // What is imported beside a new file lies in the project.
      rootDirs: [root, at('.')],
      typeRoots: [join(root, 'node_modules/@types')],
    },
    include: [at('src/**/*.ts')],
  };
  writeFileSync(at('tsconfig.json'), JSON.stringify(config));
  writeFileSync(at('package.json'), '{"type":"module"}');
  let said = '';
  try {
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', at('tsconfig.json')], { encoding: 'utf8' });
  } catch (error) {
    said = (error as { readonly stdout: string }).stdout;
  }
  // Others may be at work on the rest of the project.
  expect(said.split('\n').filter((line) => line.includes(basename(at('.'))))).toEqual([]);
});
