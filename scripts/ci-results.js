// Reads what the lanes of .ci/run left in a folder: NAME.json of vitest and NAME.exit, its exit status.
//   node scripts/ci-results.js failed FOLDER        prints the files with a failure, one a line, and why on stderr
//   node scripts/ci-results.js count FOLDER STATUS  closes CI with its plain line; STATUS is 1 when a step outside the tests failed
// A lane "again-…" has files that failed at first: what it says of them stands in for what was said before.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * @typedef {{ fullName: string; status: string; failureMessages: string[] }} Test
 * @typedef {{ name: string; status: string; message: string; assertionResults: Test[] }} File
 * @typedef {{ name: string; exit: number; died: boolean; files: File[] }} Lane
 */

const [mode, folder = '.', status] = process.argv.slice(2);
const lanes = readdirSync(folder)
  .filter((name) => name.endsWith('.exit'))
  .map((name) => read(name.slice(0, -'.exit'.length)));

if (mode === 'failed') for (const file of failedFiles(lanes)) console.log(file);
else count();

/** @param {string} name @returns {Lane} */
function read(name) {
  const exit = Number(readFileSync(`${folder}/${name}.exit`, 'utf8'));
  const file = `${folder}/${name}.json`;
  if (!existsSync(file)) return { name, exit, died: true, files: [] };
  const { testResults } = /** @type {{ testResults: File[] }} */ (JSON.parse(readFileSync(file, 'utf8')));
  return { name, exit, died: false, files: testResults.map((one) => ({ ...one, name: relative('', one.name) })) };
}

/** A file that does not load fails without a failed test. @param {Lane[]} of */
function failedFiles(of) {
  const failed = of.flatMap(({ files }) => files).filter((file) => file.status === 'failed');
  for (const file of failed) tell(file);
  return failed.map((file) => file.name);
}

/** @param {File} file */
function tell({ name, message, assertionResults }) {
  const tests = assertionResults.filter((test) => test.status === 'failed');
  if (tests.length === 0) console.error(`FAILED ${name}: ${message}`);
  for (const test of tests) console.error(`FAILED ${name} > ${test.fullName}\n${test.failureMessages.join('\n')}`);
}

function count() {
  const isAgain = (/** @type {Lane} */ { name }) => name.startsWith('again-');
  const first = lanes.filter((lane) => !isAgain(lane));
  const seconds = new Map(lanes.filter(isAgain).flatMap((lane) => lane.files.map((file) => [file.name, file])));
  const files = first.flatMap((lane) => lane.files).map((file) => seconds.get(file.name) ?? file);
  const tests = files.flatMap((file) => file.assertionResults);
  const of = (/** @type {string[]} */ ...states) => tests.filter((test) => states.includes(test.status)).length;
  const bare = files.filter((file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'));
  let failed = of('failed') + bare.length;
  for (const file of files) if (file.status === 'failed') tell(file);
  for (const lane of lanes) {
    if (lane.died) console.error(`no result of ${lane.name}: that run died`);
    // An error outside every test, such as a rejection that nobody handled.
    else if (lane.exit !== 0 && !lane.files.some((file) => file.status === 'failed')) console.error(`${lane.name} ended with ${lane.exit}`);
    else continue;
    failed++;
  }
  if (status !== '0' && failed === 0) failed = 1;
  const passed = of('passed');
  const skipped = of('pending', 'skipped', 'todo');
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}
