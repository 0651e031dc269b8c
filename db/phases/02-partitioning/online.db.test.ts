import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readSqlFile, runSqlFile } from '../../../bench/postgres/sql-file.ts';
import { type StateUnderTest, withState } from '../../../test/database.ts';
import type { Database } from '../../application.ts';
import { createCampaign, createLeads, createTenant, only, type Tenant } from '../../testing/tenant.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const ROWS = 8_000;

const FILL = `
  INSERT INTO email_sends (workspace_id, campaign_id, lead_id, email, created_at)
  SELECT $1, $2, $3, 'ann@example.com', timestamptz '2024-01-01Z' + n * interval '2 hours'
  FROM generate_series(1, $4) AS n`;

test(
  'the whole migration runs while others write and read: no row is lost or doubled',
  { timeout: 60_000 },
  () =>
    withSends(async ({ owner, connect }, tenant, campaignId, leadId) => {
      const writers = await Promise.all(
        Array.from({ length: 3 }, async () => new Writer(await connect(), tenant, campaignId, leadId)),
      );
      const reader = await connect();
      const working = [...writers.map((writer) => writer.work()), readOn(reader, writers)];
      await runSqlFile(owner, await readSqlFile(ROOT, 'db/phases/02-partitioning/up.sql'));
      // On for a while, through the old name, which is a view now.
      const before = writers.map(({ done }) => done);
      await until(() => writers.every(({ done }, n) => done > (before[n] ?? 0) + 20));
      for (const writer of writers) writer.stopped = true;
      await Promise.all(working);

      const expected = new Map(writers.flatMap(({ rows }) => [...rows]));
      const written = await statuses(
        owner,
        'SELECT id, status FROM email_sends_partitioned WHERE provider_message_id IS NOT NULL',
      );
      expect(written).toEqual(expected);
      const { rows } = await owner.query(
        'SELECT count(*)::int AS n, count(DISTINCT id)::int AS ids FROM email_sends',
      );
      expect(rows).toEqual([{ n: ROWS + expected.size, ids: ROWS + expected.size }]);
      expect(before.every((done) => done > 0)).toBe(true);
      const proof = `SELECT source_rows = target_rows AND source_digest IS NOT DISTINCT FROM target_digest AS equal FROM migration_progress`;
      expect((await owner.query(proof)).rows).toEqual([{ equal: true }, { equal: true }]);
    }),
);

test('a partition made while others insert its rows keeps every one', () =>
  withState('views', async ({ owner, connect }) => {
    const tenant = await createTenant(owner, 'tenant');
    const campaignId = await createCampaign(owner, tenant);
    const leadIds = await createLeads(
      owner,
      tenant,
      Array.from({ length: 400 }, (_, n) => `lead${n}`),
    );
    await owner.query('DROP TABLE email_sends_y2025m03');
    const session = await connect();
    const inserting = (async () => {
      for (const [n, leadId] of leadIds.entries()) {
        await session.query(
          `INSERT INTO email_sends_partitioned (workspace_id, campaign_id, lead_id, email, created_at)
           VALUES ($1, $2, $3, 'x@example.com', timestamptz '2025-03-01Z' + $4 * interval '1 hour')`,
          [tenant.workspaceId, campaignId, leadId, n],
        );
      }
    })();
    const rowsIn = async (table: string) =>
      (await owner.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)).rows[0]?.n ?? 0;
    await until(async () => (await rowsIn('email_sends_default')) > 20);
    await owner.query('SELECT create_monthly_partitions()');
    await inserting;
    expect(await rowsIn('email_sends_default')).toBe(0);
    expect(await rowsIn('email_sends_y2025m03')).toBe(400);
  }));

/** Inserts, updates and deletes its own rows, one after the other, and remembers what must be there. */
class Writer {
  readonly rows = new Map<string, string>();
  stopped = false;
  done = 0;
  readonly #db: Database;
  readonly #values: readonly unknown[];

  constructor(db: Database, { workspaceId }: Tenant, campaignId: string, leadId: string) {
    this.#db = db;
    this.#values = [workspaceId, campaignId, leadId];
  }

  async work(): Promise<void> {
    while (!this.stopped) {
      await this.#insert();
      if (this.done % 3 === 1) await this.#update();
      if (this.done % 4 === 3) await this.#delete();
      this.done += 1;
    }
  }

  async #insert(): Promise<void> {
    const id = randomUUID();
    await this.#db.query(
      `INSERT INTO email_sends (id, workspace_id, campaign_id, lead_id, email, provider_message_id, created_at)
       VALUES ($4, $1, $2, $3, 'ann@example.com', 'w', timestamptz '2025-01-01Z' + random() * interval '300 days')`,
      [...this.#values, id],
    );
    this.rows.set(id, 'pending');
  }

  async #update(): Promise<void> {
    const id = this.#any();
    await this.#db.query(`UPDATE email_sends SET status = 'sent' WHERE id = $1`, [id]);
    this.rows.set(id, 'sent');
  }

  async #delete(): Promise<void> {
    const id = this.#any();
    await this.#db.query('DELETE FROM email_sends WHERE id = $1', [id]);
    this.rows.delete(id);
  }

  #any(): string {
    return [...this.rows.keys()][this.done % this.rows.size] ?? '';
  }
}

/** Readers always find the rows that were there from the beginning. */
async function readOn(reader: Database, writers: readonly Writer[]): Promise<void> {
  while (!writers.every(({ stopped }) => stopped)) {
    const sql = 'SELECT count(*)::int AS n FROM email_sends WHERE provider_message_id IS NULL';
    expect((await reader.query(sql)).rows).toEqual([{ n: ROWS }]);
  }
}

async function statuses(db: Database, sql: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<{ id: string; status: string }>(sql);
  return new Map(rows.map(({ id, status }) => [id, status]));
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('did not come to pass within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The state before the phase, with sends of two years. */
function withSends(
  check: (state: StateUnderTest, tenant: Tenant, campaignId: string, leadId: string) => Promise<void>,
): Promise<void> {
  return withState('indexes', async (state) => {
    const tenant = await createTenant(state.owner, 'tenant');
    const campaignId = await createCampaign(state.owner, tenant);
    const leadId = only(await createLeads(state.owner, tenant, ['ann']));
    await state.owner.query(FILL, [tenant.workspaceId, campaignId, leadId, ROWS]);
    await check(state, tenant, campaignId, leadId);
  });
}
