#!/usr/bin/env node
// CommonJS (see package.json beside this file): the version is printed in the time of a bare Node start, which loading
// even one ES module exceeds by a tenth.
const [only, ...more] = process.argv.slice(2);
if ((only === '--version' || only === '-V') && more.length === 0) {
  process.stdout.write(`${require('../package.json').version}\n`);
} else {
  const { existsSync } = require('node:fs');
  const { join } = require('node:path');
  const { pathToFileURL } = require('node:url');
  const main = join(__dirname, '..', 'dist', 'commands', 'main.js');
  if (existsSync(main)) {
    // Node 22 and later keep compiled code on disk.
    /** @type {{enableCompileCache?: () => void}} */ (require('node:module')).enableCompileCache?.();
    void import(pathToFileURL(main).href)
      .then((commands) => commands.main(process.argv.slice(2)))
      .then((/** @type {number} */ status) => {
        process.exitCode = status;
      });
  } else {
    process.stderr.write('vpndoctor is not built yet: run "npm run build" (or "npm start", which installs and builds).\n');
    process.exitCode = 2;
  }
}
