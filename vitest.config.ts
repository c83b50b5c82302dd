import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // One less by default, which leaves a machine with two processors half idle.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/kernel/**', 'node_modules/**'],
          setupFiles: ['tests/support/seed.ts'],
          testTimeout: 60_000,
          // The sources keep no state that a test could leave behind; what never changes is made once for all files.
          isolate: false,
        },
      },
      {
        test: {
          name: 'kernel',
          include: ['tests/kernel/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
