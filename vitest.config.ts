import { defineConfig } from 'vitest/config';

const exclude = ['node_modules/**', 'results/**'];
const real = '{db,e2e,browser}.test.ts';

export default defineConfig({
  test: {
    reporters: ['default', './test/summary.ts'],
    // Real servers start and databases are copied: generous, since a machine may be busy.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['**/*.test.ts'],
          exclude: [...exclude, `**/*.${real}`],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: { name: 'db', include: ['**/*.db.test.ts'], exclude, globalSetup: ['test/server.ts'] },
      },
      { extends: true, test: { name: 'e2e', include: ['**/*.e2e.test.ts'], exclude, testTimeout: 600_000 } },
      { extends: true, test: { name: 'browser', include: ['**/*.browser.test.ts'], exclude } },
    ],
  },
});
