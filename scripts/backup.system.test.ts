import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { env } from 'node:process';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { installedBinaries } from '../bench/servers/cluster/installed.ts';
import { createCampaign, createLeads, createSends, createTenant } from '../db/testing/tenant.ts';
import { withState } from '../test/database.ts';

const SCRIPT = path.resolve(import.meta.dirname, 'backup.sh');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bench-backup-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('a restored backup equals its source, row by row, while others write', { timeout: 240_000 }, () =>
  withState('views', async ({ owner, connect }) => {
    const tenant = await createTenant(owner, 'tenant');
    const leadIds = await createLeads(
      owner,
      tenant,
      Array.from({ length: 300 }, (_, n) => `lead${n}`),
    );
    await createSends(owner, tenant, await createCampaign(owner, tenant), leadIds);
    const writer = await connect();
    let written = 0;
    let stopped = false;
    const writing = (async () => {
      while (!stopped) {
        await createLeads(writer, tenant, [`late${written}`]);
        written += 1;
      }
    })();
    const { code, output } = await backup(await databaseOf(owner), path.join(folder, 'dump'));
    stopped = true;
    await writing;
    expect(code, output).toBe(0);
    expect(output).toMatch(/^\d+ tables, \d+ rows: the restored database equals the source$/m);
    expect(written).toBeGreaterThan(0);
    const digests = await readFile(path.join(folder, 'dump/digests.txt'), 'utf8');
    expect(digests).toMatch(/^email_sends_y\d{4}m\d{2}\|300\|-?\d+$/m);
    expect((await owner.query(`SELECT FROM pg_database WHERE datname LIKE '%\\_restored'`)).rowCount).toBe(0);
  }),
);

test('a folder that is there, and a call without one, are refused before anything is done', async () => {
  const there = await backup('whatever', folder);
  expect(there).toMatchObject({ code: 2, output: expect.stringMatching(/exists[\s\S]*fix: /) });
  expect(await backup()).toMatchObject({ code: 2, output: expect.stringMatching(/^usage: /) });
});

test('a proof database that is there is refused before anything is done', () =>
  withState('base', async ({ owner }) => {
    const source = await databaseOf(owner);
    const dump = path.join(folder, 'dump');
    const { code, output } = await backup(source, dump, source);
    expect({ code, output }).toEqual({
      code: 2,
      output: `error: there is a database ${source} already
fix: drop it, or name another one: scripts/backup.sh ${source} ${dump} PROOF_DATABASE
`,
    });
    expect(await readdir(folder)).toEqual([]);
  }));

async function databaseOf(owner: {
  query(sql: string): Promise<{ rows: readonly unknown[] }>;
}): Promise<string> {
  const { rows } = await owner.query('SELECT current_database() AS name');
  return (rows[0] as { name: string }).name;
}

async function backup(...args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const { endpoint } = inject('server');
  const { bin } = await installedBinaries([]);
  const connection = {
    PGHOST: endpoint.host,
    PGPORT: String(endpoint.port),
    PGUSER: endpoint.user,
    PGPASSWORD: endpoint.password,
  };
  const child = spawn(SCRIPT, args, { env: { ...env, ...connection, PATH: `${bin}:${env['PATH'] ?? ''}` } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
  }
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, output }));
  });
}
