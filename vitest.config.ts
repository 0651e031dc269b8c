import { defineConfig } from 'vitest/config';
import { installedBinaries } from './bench/servers/cluster/installed.ts';
import { chromiumPath } from './test/chromium.ts';

const exclude = ['node_modules/**', 'results/**'];
const real = '{db,system,e2e,browser}.test.ts';
const database = { include: ['**/*.db.test.ts'], exclude, globalSetup: ['test/server.ts'] };

/** What a machine lacks is not tested on it; CI installs both. */
const hasPostgres = await installedBinaries([]).then(
  () => true,
  () => false,
);
const hasChromium = chromiumPath() !== undefined;

const projects = [
  {
    name: 'pure',
    include: ['**/*.test.ts'],
    exclude: [...exclude, `**/*.${real}`],
  },
  // The machine's psql on the embedded server, too.
  { name: 'db', ...database, exclude: hasPostgres ? exclude : [...exclude, 'db/psql.db.test.ts'] },
  // The same tests on the machine's own PostgreSQL, and those of what only that one has.
  ...(hasPostgres
    ? [{ name: 'system', ...database, include: [...database.include, '**/*.system.test.ts'] }]
    : []),
  { name: 'e2e', include: ['**/*.e2e.test.ts'], exclude, testTimeout: 600_000, hookTimeout: 600_000 },
  ...(hasChromium ? [{ name: 'browser', include: ['**/*.browser.test.ts'], exclude }] : []),
];

export default defineConfig({
  test: {
    reporters: ['default', './test/summary.ts'],
    // Real servers start and databases are copied: generous, since a machine may be busy.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // Tests wait for a server most of the time: two at once, also where vitest would take one.
    maxWorkers: 2,
    projects: projects.map((test) => ({ extends: true, test })),
  },
});
