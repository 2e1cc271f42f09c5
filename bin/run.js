#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import * as module from 'node:module';

const [only, ...more] = process.argv.slice(2);
if ((only === '--version' || only === '-V') && more.length === 0) {
  // Answered before anything is loaded: as fast as Node itself.
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`${manifest.version}\n`);
} else {
  const main = new URL('../dist/commands/main.js', import.meta.url);
  if (existsSync(main)) {
    // Node 22 and later keep compiled code on disk.
    /** @type {{enableCompileCache?: () => void}} */ (module).enableCompileCache?.();
    const { main: run } = await import(main.href);
    process.exitCode = await run(process.argv.slice(2));
  } else {
    process.stderr.write('vpndoctor is not built yet: run "npm run build" (or "npm start", which installs and builds).\n');
    process.exitCode = 2;
  }
}
