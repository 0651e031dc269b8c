import { defineConfig } from 'vitest/config';

const exclude = ['node_modules/**', 'results/**'];

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'pure', include: ['**/*.test.ts'], exclude: [...exclude, '**/*.{db,e2e}.test.ts'] } },
      {
        test: {
          name: 'db',
          include: ['**/*.db.test.ts'],
          exclude,
          globalSetup: ['test/server.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['**/*.e2e.test.ts'],
          exclude,
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
