import { expect, test } from 'vitest';
import { withState } from '../../test/database.ts';
import type { Database } from '../application.ts';
import { createCampaign, createLeads, createSends, createTenant, only } from '../testing/tenant.ts';

const DAY_MS = 86_400_000;

const PARTITIONS = `
  SELECT count(*)::int AS partitions FROM pg_inherits WHERE inhparent = 'email_sends_partitioned'::regclass`;

const MISSING = `
  SELECT missing_months AS missing FROM partition_health WHERE table_name = 'email_sends_partitioned'`;

/** Somebody waits to have the sends alone. */
const WAITING = `
  SELECT FROM pg_locks
  WHERE NOT granted AND relation = 'email_sends_partitioned'::regclass AND mode = 'AccessExclusiveLock'`;

test('whole months are dropped, the rest is deleted, and the count is true', () =>
  withOldSends(async ({ owner, total, young }) => {
    const before = only((await owner.query<{ partitions: number }>(PARTITIONS)).rows).partitions;
    expect(await cleanup(owner, 365)).toBe(total - young);
    expect((await owner.query('SELECT FROM email_sends_partitioned')).rowCount).toBe(young);
    const after = only((await owner.query<{ partitions: number }>(PARTITIONS)).rows).partitions;
    expect(before - after).toBeGreaterThanOrEqual(6);
    expect(await cleanup(owner, 365)).toBe(0);
  }));

test('months that are gone stay gone when partitions are made', () =>
  withOldSends(async ({ owner }) => {
    await cleanup(owner, 365);
    expect((await owner.query('SELECT create_monthly_partitions()')).rowCount).toBe(0);
    expect((await owner.query(MISSING)).rows).toEqual([{ missing: null }]);
  }));

test('a month that somebody reads is left for the next call', () =>
  withOldSends(async ({ owner, total, young, connect }) => {
    const reader = await connect();
    await reader.query('BEGIN');
    const { rows } = await reader.query<{ n: number }>('SELECT count(*)::int AS n FROM email_sends_y2024m02');
    const kept = only(rows).n;
    expect(kept).toBeGreaterThan(0);
    expect(await cleanup(owner, 365)).toBe(total - young - kept);
    await reader.query('COMMIT');
    expect(await cleanup(owner, 365)).toBe(kept);
  }));

test('while somebody reads the whole table again and again, nobody ends in a deadlock', () =>
  withOldSends(async ({ owner, total, young, connect }) => {
    const reader = await connect();
    await reader.query('BEGIN');
    // Has some of the months, and asks for the others once the clean-up waits for the table.
    await reader.query(`SELECT FROM email_sends_partitioned WHERE created_at < '2024-03-01Z'`);
    let isDone = false;
    const cleaning = cleanup(owner, 365).finally(() => {
      isDone = true;
    });
    const observer = await connect();
    while (!isDone && (await observer.query(WAITING)).rowCount === 0);
    const read = await reader.query('SELECT FROM email_sends_partitioned');
    expect(read.rowCount).toBeGreaterThanOrEqual(young);
    const removed = await cleaning;
    await reader.query('COMMIT');
    expect(removed + (await cleanup(owner, 365))).toBe(total - young);
  }));

test('rows that somebody has locked are left for the next call, the others go', () =>
  withOldSends(async ({ owner, total, young, connect }) => {
    await owner.query(
      `UPDATE email_sends_partitioned
       SET created_at = date_trunc('month', now() - interval '365 days', 'UTC') + interval '1 millisecond'
       WHERE id = (SELECT id FROM email_sends_y2024m05 LIMIT 1)`,
    );
    const writer = await connect();
    await writer.query('BEGIN');
    expect((await writer.query('SELECT FROM email_sends_default FOR UPDATE')).rowCount).toBe(1);
    const removed = await cleanup(owner, 365);
    expect(removed).toBeGreaterThanOrEqual(1);
    await writer.query('COMMIT');
    expect((await owner.query('SELECT FROM email_sends_default')).rowCount).toBe(1);
    expect(removed + (await cleanup(owner, 365))).toBe(total - young);
  }));

test('a row that somebody changes meanwhile does not keep those after it', () =>
  withOldSends(async ({ owner, connect }) => {
    await owner.query(
      `INSERT INTO email_sends_partitioned (workspace_id, campaign_id, lead_id, email, created_at)
       SELECT workspace_id, campaign_id, lead_id, email, timestamptz '2021-01-01Z' + n * interval '1 second'
       FROM generate_series(1, 60000) AS n,
            (SELECT workspace_id, campaign_id, lead_id, email FROM email_sends_partitioned LIMIT 1) AS send`,
    );
    const { rows } = await owner.query<{ id: string }>(
      `SELECT id FROM email_sends_default ORDER BY created_at DESC OFFSET 10000 LIMIT 30000`,
    );
    const writer = await connect();
    let isDone = false;
    // Towards the rows that a batch has locked already: until then each is another one than the batch saw.
    const writing = (async () => {
      for (const { id } of rows) {
        if (isDone) return;
        await writer.query('UPDATE email_sends_default SET sent_at = now() WHERE id = $1', [id]);
      }
    })();
    await cleanup(owner, 365);
    isDone = true;
    await writing;
    expect((await owner.query('SELECT FROM email_sends_default')).rowCount).toBe(0);
  }));

test('other maintenance may take longer than a lock is waited for', () =>
  withOldSends(async ({ owner, total, young, connect }) => {
    const other = await connect();
    await other.query('BEGIN');
    await other.query(`SELECT pg_advisory_xact_lock(hashtext('maintenance'))`);
    const cleaning = cleanup(owner, 365);
    await Promise.all([other.query('SELECT pg_sleep(3)').then(() => other.query('COMMIT')), cleaning]);
    expect(await cleaning).toBe(total - young);
  }));

test.each([
  ['1s', '1s'],
  // The writer looks for a deadlock first.
  ['150ms', '100ms'],
])(
  'with a deadlock_timeout of %s, who writes to a send that goes, and has the months that go in use, does not end in a deadlock',
  (ours, theirs) =>
    withOldSends(async ({ owner, total, young, connect }) => {
      await owner.query(`SET deadlock_timeout = '${ours}'`);
      const writer = await connect();
      await writer.query(`SET deadlock_timeout = '${theirs}'`);
      await writer.query('BEGIN');
      // Asks every month.
      await writer.query(
        `UPDATE email_sends_partitioned SET opened_at = now() WHERE provider_message_id = 'none'`,
      );
      let isDone = false;
      const cleaning = cleanup(owner, 365).finally(() => {
        isDone = true;
      });
      const observer = await connect();
      while (!isDone && (await observer.query(WAITING)).rowCount === 0);
      const late = await writer.query(
        `UPDATE email_sends_default SET opened_at = now() WHERE created_at < '2021-01-01Z'`,
      );
      await writer.query('COMMIT');
      expect(late.rowCount).toBe(0);
      const removed = await cleaning;
      expect(removed).toBeGreaterThanOrEqual(1);
      expect(removed + (await cleanup(owner, 365))).toBe(total - young);
    }),
);

test('rows that are deleted are sought in their own month', () =>
  withOldSends(async ({ owner, young }) => {
    await owner.query('ANALYZE email_sends_partitioned');
    await owner.query('SELECT pg_stat_force_next_flush()');
    await owner.query('BEGIN');
    expect(await cleanup(owner, 365)).toBeGreaterThan(0);
    const { rows } = await owner.query(
      `SELECT partition_name FROM monthly_partitions
       JOIN pg_stat_xact_user_tables ON relid = partition_oid
       WHERE table_name = 'email_sends_partitioned' AND month > now() - interval '365 days' AND seq_scan + idx_scan > 0`,
    );
    await owner.query('COMMIT');
    expect(rows).toEqual([]);
    expect((await owner.query('SELECT FROM email_sends_partitioned')).rowCount).toBe(young);
  }));

test('months that stay while later ones go leave no gap behind', () =>
  withOldSends(async ({ owner, connect }) => {
    const reader = await connect();
    await reader.query('BEGIN');
    await reader.query('SELECT FROM email_sends_y2024m01, email_sends_y2024m02');
    await cleanup(owner, 365);
    await reader.query('COMMIT');
    expect((await owner.query(`SELECT to_regclass('email_sends_y2024m02') AS kept`)).rows).toEqual([
      { kept: 'email_sends_y2024m02' },
    ]);
    expect((await owner.query(MISSING)).rows).toEqual([{ missing: null }]);
    expect((await owner.query('SELECT create_monthly_partitions()')).rowCount).toBe(0);
    await cleanup(owner, 365);
    expect((await owner.query(MISSING)).rows).toEqual([{ missing: null }]);
    expect((await owner.query('SELECT create_monthly_partitions()')).rowCount).toBe(0);
  }));

test('a month that belongs to another role is emptied, and the others go', () =>
  withOldSends(async ({ owner, total, young }) => {
    await owner.query('ALTER TABLE email_sends_y2024m02 OWNER TO CURRENT_USER');
    expect(await cleanup(owner, 365)).toBe(total - young);
    expect((await owner.query('SELECT FROM email_sends_y2024m02')).rowCount).toBe(0);
    expect((await owner.query('SELECT task FROM perform_maintenance_tasks() WHERE failed')).rows).toEqual([]);
    await owner.query('ALTER TABLE email_sends_y2024m02 OWNER TO mailgenius_owner');
    await cleanup(owner, 365);
    expect((await owner.query(`SELECT to_regclass('email_sends_y2024m02') AS gone`)).rows).toEqual([
      { gone: null },
    ]);
  }));

test('a month that a view or a foreign key of others depends on is emptied, and the others go', () =>
  withOldSends(async ({ owner, total, young }) => {
    await owner.query('CREATE VIEW of_a_month AS SELECT * FROM email_sends_y2024m02');
    expect(await cleanup(owner, 365)).toBe(total - young);
    expect((await owner.query('SELECT FROM of_a_month')).rowCount).toBe(0);
    expect((await owner.query(`SELECT to_regclass('email_sends_y2024m03') AS gone`)).rows).toEqual([
      { gone: null },
    ]);
    await owner.query(`
      CREATE TABLE notes (send_id uuid, sent timestamptz, FOREIGN KEY (send_id, sent) REFERENCES email_sends_partitioned (id, created_at));
      INSERT INTO notes SELECT id, created_at FROM email_sends_partitioned ORDER BY created_at OFFSET 2 LIMIT 1`);
    const before = only((await owner.query<{ partitions: number }>(PARTITIONS)).rows).partitions;
    const { rows } = await owner.query<{ old: number }>(
      `SELECT count(*)::int AS old FROM email_sends_partitioned WHERE created_at < now() - interval '200 days'`,
    );
    // The month of the note stays as it is, the others lose their rows.
    const removed = await cleanup(owner, 200);
    expect(removed).toBeGreaterThan(only(rows).old - 10);
    expect(removed).toBeLessThan(only(rows).old);
    expect(only((await owner.query<{ partitions: number }>(PARTITIONS)).rows).partitions).toBe(before);
    expect((await owner.query('SELECT task FROM perform_maintenance_tasks() WHERE failed')).rows).toEqual([]);
    await owner.query('DROP TABLE notes; DROP VIEW of_a_month');
    expect(removed + (await cleanup(owner, 200))).toBe(only(rows).old);
    expect(only((await owner.query<{ partitions: number }>(PARTITIONS)).rows).partitions).toBeLessThan(
      before,
    );
  }));

test('a send that a foreign key of others names keeps those around it, and no others of its partition', () =>
  withOldSends(async ({ owner, total, young }) => {
    // Four of them fill a block of the default partition.
    await owner.query(`
      INSERT INTO email_sends_partitioned (workspace_id, campaign_id, lead_id, email, created_at, provider_message_id)
      SELECT workspace_id, campaign_id, lead_id, email, '2019-01-05Z'::timestamptz + n * interval '1 ms', rpad(n::text, 1800, 'x')
      FROM (SELECT workspace_id, campaign_id, lead_id, email FROM email_sends_partitioned LIMIT 1) AS send,
           generate_series(1, 6000) AS n;
      CREATE TABLE notes (send_id uuid, sent timestamptz, FOREIGN KEY (send_id, sent) REFERENCES email_sends_partitioned (id, created_at));
      INSERT INTO notes SELECT id, created_at FROM email_sends_default ORDER BY ctid LIMIT 1`);
    const kept = total - young + 6000 - (await cleanup(owner, 365));
    expect(kept).toBeGreaterThan(1000);
    expect(kept).toBeLessThan(5000);
    await owner.query('DROP TABLE notes');
    expect(await cleanup(owner, 365)).toBe(kept);
  }));

test('nobody waits for a partition that somebody has for himself; a month whose name needs quotes and has a view is emptied', () =>
  withOldSends(async ({ owner, total, young, connect }) => {
    await owner.query(`
      CREATE TABLE "email_sends_2023Q4" PARTITION OF email_sends_partitioned FOR VALUES FROM ('2023-10-01Z') TO ('2024-01-01Z');
      ALTER TABLE "email_sends_2023Q4" OWNER TO mailgenius_owner;
      CREATE VIEW quarter AS SELECT * FROM "email_sends_2023Q4"`);
    const other = await connect();
    await other.query('BEGIN');
    await other.query('LOCK TABLE email_sends_default');
    // PostgreSQL does not tell a partition's bounds meanwhile.
    const removed = await cleanup(owner, 365).catch(({ code }: { code: string }) =>
      code === '55P03' ? 0 : total,
    );
    expect(removed).toBeLessThan(total - young);
    await other.query('COMMIT');
    expect(removed + (await cleanup(owner, 365))).toBe(total - young);
    expect((await owner.query('SELECT FROM quarter')).rowCount).toBe(0);
  }));

test('while somebody changes how far back the months reach, all sends stay', () =>
  withOldSends(async ({ owner, total, young, connect }) => {
    const other = await connect();
    await other.query('BEGIN');
    await other.query(`UPDATE partition_ranges SET first_month = '2023-12-01'`);
    expect(await cleanup(owner, 365)).toBe(0);
    expect((await owner.query('SELECT FROM email_sends_partitioned')).rowCount).toBe(total);
    await other.query('COMMIT');
    expect(await cleanup(owner, 365)).toBe(total - young);
  }));

test('where every transaction has one snapshot, a row that changes meanwhile ends its partition only', () =>
  withOldSends(async ({ owner, connect }) => {
    await owner.query(`
      INSERT INTO email_sends_partitioned (workspace_id, campaign_id, lead_id, email, created_at)
      SELECT workspace_id, campaign_id, lead_id, email, '2019-01-05Z' FROM email_sends_partitioned LIMIT 1`);
    const [writer, cleaner] = [await connect(), await connect()];
    await cleaner.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await cleaner.query('SELECT FROM campaigns');
    await writer.query(`UPDATE email_sends_default SET status = 'sent' WHERE created_at = '2019-01-05Z'`);
    expect(await cleanup(cleaner, 365)).toBeGreaterThan(0);
    await cleaner.query('COMMIT');
    expect(
      (await owner.query(`SELECT FROM email_sends_default WHERE created_at = '2019-01-05Z'`)).rowCount,
    ).toBe(1);
  }));

test('a partition without a lower bound loses its old rows, and goes when it is past', () =>
  withOldSends(async ({ owner }) => {
    await owner.query(`
      CREATE TABLE email_sends_before (LIKE email_sends_partitioned INCLUDING ALL);
      WITH moved AS (DELETE FROM email_sends_default WHERE created_at < '2024-01-01Z' RETURNING *)
      INSERT INTO email_sends_before SELECT * FROM moved;
      ALTER TABLE email_sends_partitioned ATTACH PARTITION email_sends_before FOR VALUES FROM (MINVALUE) TO ('2024-01-01Z');
      ALTER TABLE email_sends_before OWNER TO mailgenius_owner;
      INSERT INTO email_sends_partitioned (workspace_id, campaign_id, lead_id, email, created_at)
      SELECT workspace_id, campaign_id, lead_id, email, moment::timestamptz
      FROM unnest(ARRAY['-infinity', '2023-10-05Z', '2023-12-05Z']) AS moment,
           (SELECT workspace_id, campaign_id, lead_id, email FROM email_sends_partitioned LIMIT 1) AS send`);
    expect(await cleanup(owner, daysSince('2023-11-15'))).toBe(3);
    expect((await owner.query('SELECT FROM email_sends_before')).rowCount).toBe(1);
    expect(await cleanup(owner, daysSince('2024-01-01'))).toBe(2);
    expect((await owner.query(`SELECT to_regclass('email_sends_before') AS kept`)).rows).toEqual([
      { kept: null },
    ]);
  }));

test.each([0, -5, null, 36_501, 100_000_000])('keeping %s days is refused', (days) =>
  withState('procedures', async ({ owner }) => {
    await expect(cleanup(owner, days)).rejects.toMatchObject({ code: '22023' });
  }),
);

test('a partition of several months goes when the last of them is past, and only its old rows before', () =>
  withOldSends(async ({ owner }) => {
    await owner.query(`
      CREATE TABLE email_sends_2023q4 PARTITION OF email_sends_partitioned FOR VALUES FROM ('2023-10-01Z') TO ('2024-01-01Z');
      ALTER TABLE email_sends_2023q4 OWNER TO mailgenius_owner;
      INSERT INTO email_sends_partitioned (workspace_id, campaign_id, lead_id, email, created_at)
      SELECT workspace_id, campaign_id, lead_id, email, moment::timestamptz
      FROM unnest(ARRAY['2023-10-05Z', '2023-12-05Z']) AS moment,
           (SELECT workspace_id, campaign_id, lead_id, email FROM email_sends_partitioned LIMIT 1) AS send`);
    expect(await cleanup(owner, daysSince('2023-11-15'))).toBe(2);
    expect((await owner.query('SELECT FROM email_sends_2023q4')).rowCount).toBe(1);
    // And the first of 2024, of midnight.
    expect(await cleanup(owner, daysSince('2024-01-01'))).toBe(2);
    expect((await owner.query(`SELECT to_regclass('email_sends_2023q4') AS kept`)).rows).toEqual([
      { kept: null },
    ]);
  }));

test('a policy keeps rows for a hundred years at most, or for ever', () =>
  withState('procedures', async ({ owner }) => {
    const keep = (days: number | null) => owner.query('UPDATE retention_policies SET keep_days = $1', [days]);
    for (const days of [0, 36_501, 100_000_000])
      await expect(keep(days), String(days)).rejects.toMatchObject({ code: '23514' });
    for (const days of [36_500, null]) {
      await keep(days);
      expect((await owner.query('SELECT task FROM perform_maintenance_tasks() WHERE failed')).rows).toEqual(
        [],
      );
    }
  }));

test('a policy for a table that nobody cleans is refused', () =>
  withState('procedures', async ({ owner }) => {
    for (const table of ['lead_activities', 'email_sends_partitioned', 'audit_logs'])
      await expect(
        owner.query('INSERT INTO retention_policies VALUES ($1, 30)', [table]),
        table,
      ).rejects.toMatchObject({ code: '23514' });
  }));

/** From midnight, UTC. */
function daysSince(day: string): number {
  return Math.floor((Date.now() - Date.parse(day)) / DAY_MS);
}

async function cleanup(owner: Database, days: number | null): Promise<number> {
  const { rows } = await owner.query<{ removed: number }>('SELECT cleanup_old_email_sends($1) AS removed', [
    days,
  ]);
  return only(rows).removed;
}

interface Tools {
  readonly owner: Database;
  readonly total: number;
  /** Sends of the last 365 days. */
  readonly young: number;
  connect(): Promise<Database>;
}

/** A send every fifth day from January 2024 until today, and one of 2020, which is in no month's partition. */
function withOldSends(check: (tools: Tools) => Promise<void>): Promise<void> {
  return withState('procedures', async ({ owner, connect }) => {
    const tenant = await createTenant(owner, 'tenant');
    const campaignId = await createCampaign(owner, tenant, 'sent');
    const leadIds = await createLeads(owner, tenant, ['ann']);
    const now = Date.now();
    const moments = [Date.parse('2020-01-01')];
    for (let ms = Date.parse('2024-01-01'); ms < now; ms += 5 * DAY_MS) moments.push(ms);
    for (const ms of moments)
      await createSends(owner, tenant, campaignId, leadIds, { createdAt: new Date(ms) });
    const young = moments.filter((ms) => ms >= now - 365 * DAY_MS).length;
    await check({ owner, connect, total: moments.length, young });
  });
}
