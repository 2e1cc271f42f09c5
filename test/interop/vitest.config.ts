import { defineConfig } from 'vitest/config';

/** Real peers, real interfaces: as root, one after another, with time to spare. */
export default defineConfig({
  test: {
    include: ['test/interop/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
