import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const all = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts') && !file.startsWith('interop'))
  .map((file) => `test/${file}`);
/** Other modules or another environment than the next file wants: they get a process of their own. For the rest one is enough, in half the time. */
const apart = all.filter((file) =>
  /\bvi\.(?:mock|doMock|resetModules|stubEnv|stubGlobal|useFakeTimers)\(/.test(readFileSync(file, 'utf8')),
);

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for comes within milliseconds, but not on a machine that has other things to do.
    expect: { poll: { timeout: 30_000 } },
    maxWorkers: '100%',
    projects: [
      { extends: true, test: { name: 'together', include: ['test/**/*.test.ts'], exclude: ['test/interop/**', ...apart], isolate: false } },
      { extends: true, test: { name: 'apart', include: apart } },
    ],
  },
});
