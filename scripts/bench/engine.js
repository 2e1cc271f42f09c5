// node scripts/bench/engine.js esp|openvpn [PACKETS]
// Throughput of an engine's data path, suite by suite, sealing and opening.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const [engine = 'esp', ...args] = process.argv.slice(2);
// Where packages are found: koffi makes a difference.
const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, 'vpndoctor-bench-'));
try {
  const entryPoints = [fileURLToPath(new URL(`${engine}-engine.ts`, import.meta.url))];
  const outfile = join(folder, `${engine}-engine.mjs`);
  await build({ entryPoints, outfile, bundle: true, format: 'esm', platform: 'node', packages: 'external' });
  process.exitCode = spawnSync(process.execPath, [outfile, ...args], { stdio: 'inherit' }).status ?? 2;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
