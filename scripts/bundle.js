// Bundles the program into dist/: loading some 250 small modules one by one takes three times a bare Node start, a few
// large ones hardly more than one. Two entries: the command line, and the helper process of live capture. What a command
// imports only when it runs stays in a chunk of its own. Types were checked by tsc before.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ['src/commands/main.ts', 'src/capture/pcap-helper.ts'],
  outdir: 'dist',
  outbase: 'src',
  // As deep as the sources lie below the root, so that paths relative to import.meta.url hold in both.
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  // Less to read at each start; names stay, and traces lead to the sources with --enable-source-maps.
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: true,
  logLevel: 'warning',
});
