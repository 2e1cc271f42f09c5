// Adds up vitest's JSON results and closes CI with its plain line.
//   node scripts/count-results.js STATUS FILE...
// STATUS is 1 when a step outside the tests failed. Exits 1 when anything failed or a result is missing.
import { existsSync, readFileSync } from 'node:fs';

const [status, ...files] = process.argv.slice(2);
let passed = 0;
let failed = status === '0' ? 0 : 1;
let skipped = 0;
let testsFailed = 0;
for (const file of files) {
  if (!existsSync(file)) {
    console.error(`no result at ${file}: that run died`);
    testsFailed++;
    continue;
  }
  const result = JSON.parse(readFileSync(file, 'utf8'));
  passed += result.numPassedTests;
  skipped += result.numPendingTests + result.numTodoTests;
  // A file that does not load fails as a suite without a failed test.
  testsFailed += Math.max(result.numFailedTests, result.success ? 0 : 1);
}
// The steps' own status counts as one failure only when no test accounts for it.
failed = testsFailed > 0 ? testsFailed : failed;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
