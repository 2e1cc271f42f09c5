// Makes a fresh clone runnable: installs the packages when they are missing or
// older than the lockfile, builds when a source is newer than the last build.
// Does nothing, quickly, when everything is there.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (/** @type {string[]} */ ...parts) => join(root, ...parts);

/** Modification time in ms, 0 when the file is not there. @param {string} path */
function mtime(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

/** Newest modification time below a folder. @param {string} folder @returns {number} */
function newest(folder) {
  let time = mtime(folder);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    time = Math.max(time, entry.isDirectory() ? newest(path) : mtime(path));
  }
  return time;
}

/** Runs npm; its output goes to stderr, so that ours stays clean. @param {string[]} args */
function npm(args) {
  const npmCli = process.env['npm_execpath'];
  const [command, first] = npmCli ? [process.execPath, [npmCli]] : ['npm', []];
  const run = spawnSync(command, [...first, ...args], { cwd: root, stdio: ['ignore', 2, 2] });
  if (run.status !== 0) {
    console.error(`vpndoctor: "npm ${args.join(' ')}" failed${run.error ? `: ${run.error.message}` : ''}.`);
    process.exit(2);
  }
}

const installed = at('node_modules', '.package-lock.json');
if (mtime(installed) < mtime(at('package-lock.json'))) {
  console.error('vpndoctor: installing packages (first start only) …');
  npm(['ci', '--include=dev', '--no-audit', '--no-fund']);
}

const stamp = at('dist', '.built');
const sources = Math.max(newest(at('src')), mtime(at('tsconfig.build.json')), mtime(at('tsconfig.json')), mtime(at('package-lock.json')));
if (mtime(stamp) <= sources) {
  console.error('vpndoctor: building …');
  rmSync(at('dist'), { recursive: true, force: true });
  npm(['run', '--silent', 'build']);
  writeFileSync(stamp, '');
}
