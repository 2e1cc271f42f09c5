// node scripts/bench/esp.js [PACKETS]
// Throughput of the engine's ESP, suite by suite, sealing and opening, beside the cryptography alone.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

// Where packages are found: koffi makes a difference.
const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, 'vpndoctor-bench-'));
try {
  const entryPoints = [fileURLToPath(new URL('esp-engine.ts', import.meta.url))];
  const outfile = join(folder, 'esp-engine.mjs');
  await build({ entryPoints, outfile, bundle: true, format: 'esm', platform: 'node', packages: 'external' });
  process.exitCode = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 2;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
