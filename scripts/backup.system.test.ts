import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { runCommand } from '../bench/servers/cluster/command.ts';
import { installedBinaries } from '../bench/servers/cluster/installed.ts';
import { createCampaign, createLeads, createSends, createTenant } from '../db/testing/tenant.ts';
import { backUp, type Outcome } from '../test/backup.ts';
import { withState } from '../test/database.ts';

/** The proof database of a backup of this one. */
const RESTORED = `SELECT FROM pg_database WHERE datname = current_database() || '_restored'`;

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
    expect((await owner.query(RESTORED)).rowCount).toBe(0);
  }),
);

test('a backup that cannot be restored fails, and leaves nothing behind that the next one would stumble over', () =>
  withState('base', async ({ owner }) => {
    // It is filled anew without a search path, and then finds no table.
    await owner.script(`
      CREATE TABLE counted (a integer);
      CREATE FUNCTION how_many() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT count(*) FROM counted); END';
      CREATE MATERIALIZED VIEW fragile AS SELECT how_many()`);
    const source = await databaseOf(owner);
    const { code, output } = await backup(source, path.join(folder, 'first'));
    expect(code).toBe(1);
    expect(output).toMatch('relation "counted" does not exist');
    expect((await owner.query(RESTORED)).rowCount).toBe(0);
    await owner.query('DROP MATERIALIZED VIEW fragile');
    expect(await backup(source, path.join(folder, 'second'))).toMatchObject({ code: 0 });
  }));

test('the proof tells values apart that are equal to their types; the dump has the settings of the database', () =>
  withState('base', async ({ owner }) => {
    // No table of ours: those note when a row was changed, which would tell them apart too.
    await owner.script(`
      CREATE TABLE plain (email citext, fields jsonb);
      INSERT INTO plain VALUES ('ann@example.com', '{"score": 1}')`);
    const source = await databaseOf(owner);
    await owner.query(`ALTER DATABASE ${source} SET work_mem = '5MB'`);
    const digest = async (name: string) => {
      const { code, output } = await backup(source, path.join(folder, name));
      expect(code, output).toBe(0);
      const digests = await readFile(path.join(folder, name, 'digests.txt'), 'utf8');
      return /^plain\|1\|-?\d+$/m.exec(digests)?.[0];
    };
    const changes = [`email = 'ANN@example.com'`, `fields = '{"score": 1.00}'`];
    const seen = [await digest('first')];
    for (const [n, change] of changes.entries()) {
      await owner.query(`UPDATE plain SET ${change}`);
      seen.push(await digest(`changed${n}`));
    }
    expect(seen).not.toContain(undefined);
    expect(new Set(seen).size).toBe(3);

    const { bin } = await installedBinaries([]);
    const args = ['--create', '--file=-', path.join(folder, 'first')];
    const { output } = await runCommand(path.join(bin, 'pg_restore'), args);
    expect(output).toMatch(`ALTER DATABASE ${source} SET work_mem TO '5MB'`);
  }));

test('a folder that is there, a call without one and a database that is not there are refused before anything is done', async () => {
  const there = await backup('whatever', folder);
  expect(there).toMatchObject({ code: 2, output: expect.stringMatching(/exists[\s\S]*fix: /) });
  expect(await backup()).toMatchObject({ code: 2, output: expect.stringMatching(/^usage: /) });
  expect(await backup('nobodys', path.join(folder, 'dump'))).toMatchObject({
    code: 2,
    output: expect.stringMatching(/"nobodys" does not exist\nerror: no connection to nobodys\nfix: /),
  });
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

function backup(...args: readonly string[]): Promise<Outcome> {
  return backUp(inject('server').endpoint, ...args);
}
