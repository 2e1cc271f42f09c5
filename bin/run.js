#!/usr/bin/env node
// CommonJS (see package.json beside this file): the version is printed in the time of a bare Node start, which loading
// even one ES module exceeds by a tenth.
const args = process.argv.slice(2);
/** Exit status of who could not do what was asked. */
const FAILED = 2;
/** Milliseconds for what is still to be printed. */
const LINGER = 300;
if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  process.stdout.write(`${require('../package.json').version}\n`);
} else {
  const { existsSync } = require('node:fs');
  const { join } = require('node:path');
  const commands = join(__dirname, '..', 'dist', 'commands');
  const [main, alone] = [join(commands, 'main.js'), join(commands, 'verify-alone.cjs')];
  if (existsSync(main)) {
    void (args[0] === 'verify' && existsSync(alone) ? runAlone(alone) : runModules(main)).then((status) => {
      process.exitCode = status;
      // Whatever went wrong may have left sockets and timers behind; they are not waited for.
      if (status === FAILED) setTimeout(() => process.exit(), LINGER).unref();
    });
  } else {
    process.stderr.write('vpndoctor is not built yet: run "npm run build" (or "npm start", which installs and builds).\n');
    process.exitCode = 2;
  }
}

/** @param {string} main @returns {Promise<number>} */
async function runModules(main) {
  // Node 22 and later keep compiled code on disk.
  /** @type {{enableCompileCache?: () => void}} */ (require('node:module')).enableCompileCache?.();
  const { pathToFileURL } = require('node:url');
  return (await import(pathToFileURL(main).href)).main(args);
}

/** One command in one script. @param {string} path @returns {Promise<number>} */
async function runAlone(path) {
  const { loadWithCode } = require('./script-with-code.js');
  const { exports: script, keepCode } = loadWithCode(path);
  const status = await script.main(args);
  if (process.env['VPNDOCTOR_KEEP_CODE']) keepCode();
  return status;
}
