// Bundles the program into dist/: loading some 250 small modules one by one takes three times a bare Node start, a few
// large ones hardly more than one. Two entries: the command line, and the helper process of live capture. What a command
// imports only when it runs stays in a chunk of its own. Types were checked by tsc before.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  outdir: 'dist',
  outbase: 'src',
  bundle: true,
  platform: 'node',
  target: 'node20',
  packages: 'external',
  // Less to read at each start; names stay, and traces lead to the sources with --enable-source-maps.
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: true,
  logLevel: 'warning',
};
await build({
  ...common,
  entryPoints: ['src/commands/main.ts', 'src/capture/pcap-helper.ts'],
  // As deep as the sources lie below the root, so that paths relative to import.meta.url hold in both.
  chunkNames: 'chunks/[name]-[hash]',
  splitting: true,
  format: 'esm',
});

// `verify` is run again and again, and is over in a moment: it gets a script of its own, whose compiled code lies beside it. That takes
// half the time of loading modules. The code fits this version of Node; another one compiles for itself.
await build({
  ...common,
  entryPoints: ['src/commands/verify-alone.ts'],
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  supported: { 'dynamic-import': false },
  banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
  define: { 'import.meta.url': 'importMetaUrl' },
});
// What one run has compiled is kept.
spawnSync(process.execPath, ['bin/run.js', 'verify', '--json'], {
  cwd: root,
  env: { ...process.env, VPNDOCTOR_KEEP_CODE: '1' },
  stdio: 'ignore',
});
