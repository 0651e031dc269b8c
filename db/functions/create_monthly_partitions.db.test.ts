import { expect, test } from 'vitest';
import { withState } from '../../test/database.ts';
import type { Database } from '../application.ts';
import { createCampaign, createLeads, createSends, createTenant, type Tenant } from '../testing/tenant.ts';

const CREATE = 'SELECT create_monthly_partitions() AS made';

test('who reads waits briefly while the table is in use, and the call leaves it to the next one', () =>
  withState('procedures', async ({ owner, connect }) => {
    await owner.query('DROP TABLE email_sends_y2025m03, lead_activities_y2025m03');
    const reader = await connect();
    await reader.query('BEGIN');
    await reader.query('SELECT FROM email_sends_partitioned');
    let isDone = false;
    const creating = owner.query(CREATE).finally(() => {
      isDone = true;
    });
    const other = await connect();
    await other.query(`SET lock_timeout = '2s'`);
    while (!isDone) await other.query('SELECT FROM email_sends_partitioned');
    expect((await creating).rows).toEqual([{ made: 'lead_activities_y2025m03' }]);
    await reader.query('COMMIT');
    expect((await owner.query(CREATE)).rows).toEqual([{ made: 'email_sends_y2025m03' }]);
  }));

test('it reaches ten years ahead, and refuses what no call could lock', () =>
  withState('procedures', async ({ owner }) => {
    for (const months of [null, -1, 121, 20_000, 2_147_483_647]) {
      const refused = owner.query('SELECT create_monthly_partitions($1)', [months]);
      await expect(refused, String(months)).rejects.toMatchObject({
        code: '22023',
        message: 'p_months_ahead must be within 0 and 120',
      });
    }
    expect((await owner.query('SELECT create_monthly_partitions(120)')).rowCount).toBeGreaterThan(200);
    // pg_partman counts years of 360 days, which makes it stop two months early.
    const reached = 'SELECT FROM partition_health WHERE months_ahead >= 118 AND missing_months IS NULL';
    expect((await owner.query(reached)).rowCount).toBe(2);
  }));

test('a writer that has changed a campaign and goes on to its sends does not end in a deadlock', () =>
  withState('procedures', async ({ owner, connect }) => {
    const tenant = await createTenant(owner, 'tenant');
    const campaignId = await createCampaign(owner, tenant);
    const leadIds = await createLeads(owner, tenant, ['ann']);
    await owner.query('DROP TABLE email_sends_y2025m03');
    const writer = await connect();
    await writer.query('BEGIN');
    await writer.query(`UPDATE campaigns SET name = 'changed'`);
    let isDone = false;
    const creating = owner.query(CREATE).finally(() => {
      isDone = true;
    });
    const observer = await connect();
    const waiting = `SELECT FROM pg_locks WHERE NOT granted AND relation = 'campaigns'::regclass`;
    while (!isDone && (await observer.query(waiting)).rowCount === 0);
    await createSends(writer, tenant, campaignId, leadIds);
    await writer.query('COMMIT');
    expect((await creating).rows).toEqual([{ made: 'email_sends_y2025m03' }]);
  }));

/** Of maintenance and of a writer, who looks for a deadlock first. */
const DEADLOCK_TIMEOUTS = [
  ['1s', '1s'],
  ['150ms', '100ms'],
];

test.each(DEADLOCK_TIMEOUTS)(
  'with a deadlock_timeout of %s, a writer of activities that goes on to its leads waits briefly while both tables lack a month',
  (ours, theirs) =>
    withState('procedures', async ({ owner, connect }) => {
      await owner.query(`SET deadlock_timeout = '${ours}'`);
      const tenant = await createTenant(owner, 'tenant');
      const leadIds = await createLeads(owner, tenant, ['ann']);
      await owner.query('DROP TABLE email_sends_y2025m03, lead_activities_y2025m03');
      const writer = await connect();
      await writer.query(`SET lock_timeout = '1500ms'`);
      await writer.query(`SET deadlock_timeout = '${theirs}'`);
      await writer.query('BEGIN');
      await writer.query(
        `INSERT INTO lead_activities (workspace_id, lead_id, activity_type) VALUES ($1, $2, 'click')`,
        [tenant.workspaceId, ...leadIds],
      );
      let isDone = false;
      const creating = owner.query(CREATE).finally(() => {
        isDone = true;
      });
      const observer = await connect();
      const waiting = `SELECT FROM pg_locks WHERE NOT granted AND relation = 'lead_activities_partitioned'::regclass`;
      while (!isDone && (await observer.query(waiting)).rowCount === 0);
      await writer.query(`UPDATE leads SET name = 'changed'`);
      await writer.query('COMMIT');
      expect((await creating).rows).toEqual([{ made: 'email_sends_y2025m03' }]);
      expect((await owner.query(CREATE)).rows).toEqual([{ made: 'lead_activities_y2025m03' }]);
    }),
);

interface Round {
  readonly writer: Database;
  readonly tenant: Tenant;
  readonly campaignId: string;
  readonly leadId: string;
  readonly n: number;
}

/** What several sessions do again and again, so that there is always one in the middle of it. */
const ROUNDS: readonly { what: string; write(round: Round): Promise<unknown> }[] = [
  {
    what: 'change a lead and go on to a send',
    async write({ writer, tenant, campaignId, leadId, n }) {
      await writer.query('BEGIN');
      await writer.query('UPDATE leads SET name = $2 WHERE id = $1', [leadId, `${n}`]);
      // Its work between the two.
      await writer.query('SELECT pg_sleep(0.02)');
      await createSends(writer, tenant, campaignId, [leadId], { createdAt: new Date(n) });
      await writer.query('SELECT pg_sleep(0.02)');
      await writer.query('COMMIT');
    },
  },
  {
    what: 'schedule campaigns',
    async write({ writer, tenant, leadId }) {
      const campaignId = await createCampaign(writer, tenant);
      await writer.query('SELECT bulk_schedule_email_sends($1, $2, $3)', [
        campaignId,
        tenant.workspaceId,
        [leadId],
      ]);
    },
  },
  {
    what: 'take events',
    write: ({ writer, tenant, leadId }) =>
      writer.query('SELECT batch_update_email_status($1, $2)', [
        tenant.workspaceId,
        JSON.stringify([{ provider_message_id: leadId, event: 'bounced' }]),
      ]),
  },
];

test.each(ROUNDS)('beside six sessions that $what, the first call makes the month', ({ write }) =>
  withState('procedures', async ({ owner, connect }) => {
    const tenant = await createTenant(owner, 'tenant');
    const campaignId = await createCampaign(owner, tenant, 'sending');
    const leadIds = await createLeads(owner, tenant, ['ann', 'bob', 'cy', 'dan', 'eve', 'flo']);
    await createSends(owner, tenant, campaignId, leadIds);
    await owner.query('UPDATE email_sends_partitioned SET provider_message_id = lead_id');
    await owner.query('DROP TABLE email_sends_y2025m03');
    let rounds = 0;
    let isDone = false;
    const writing = leadIds.map(async (leadId) => {
      const writer = await connect();
      try {
        for (let n = 0; !isDone; n += 1) {
          await write({ writer, tenant, campaignId, leadId, n });
          rounds += 1;
        }
      } finally {
        isDone = true;
      }
    });
    while (!isDone && rounds < 5 * leadIds.length) await owner.query('SELECT');
    const { rows } = await owner.query(CREATE);
    isDone = true;
    await Promise.all(writing);
    expect(rows).toEqual([{ made: 'email_sends_y2025m03' }]);
  }),
);

test('after retention has dropped months, making others keeps nobody waiting', () =>
  withState('procedures', async ({ owner, connect }) => {
    await owner.query('DROP TABLE lead_activities_y2025m03');
    const reader = await connect();
    await reader.query('BEGIN');
    await reader.query('SELECT FROM lead_activities');
    let isDone = false;
    const working = owner.query('SELECT task FROM perform_maintenance_tasks() WHERE failed').finally(() => {
      isDone = true;
    });
    const other = await connect();
    const waiting = `SELECT FROM pg_locks WHERE NOT granted AND relation = 'lead_activities_default'::regclass`;
    while (!isDone && (await other.query(waiting)).rowCount === 0);
    await other.query(`SET lock_timeout = '1500ms'`);
    await other.query('SELECT FROM email_sends');
    expect((await working).rows).toEqual([]);
    expect((await owner.query(`SELECT to_regclass('email_sends_y2024m01') AS gone`)).rows).toEqual([
      { gone: null },
    ]);
    await reader.query('COMMIT');
    expect((await owner.query(CREATE)).rows).toEqual([{ made: 'lead_activities_y2025m03' }]);
  }));

test('the first month, dropped by hand, is missed and made again', () =>
  withState('procedures', async ({ owner }) => {
    const health = `SELECT missing_months::text[] AS missing FROM partition_health WHERE table_name = 'email_sends_partitioned'`;
    await owner.query('DROP TABLE email_sends_y2024m01');
    expect((await owner.query(health)).rows).toEqual([{ missing: ['2024-01-01'] }]);
    expect((await owner.query(CREATE)).rows).toEqual([{ made: 'email_sends_y2024m01' }]);
    expect((await owner.query(health)).rows).toEqual([{ missing: null }]);
  }));

test('months that a partition of several covers are not missed, and the others are made', () =>
  withState('procedures', async ({ owner }) => {
    await owner.query(`
      DROP TABLE email_sends_y2025m02, email_sends_y2025m03, email_sends_y2025m04, email_sends_y2025m06;
      CREATE TABLE email_sends_spring PARTITION OF email_sends_partitioned FOR VALUES FROM ('2025-02-01Z') TO ('2025-04-10Z')`);
    const missing = `SELECT missing_months::text FROM partition_health WHERE table_name = 'email_sends_partitioned'`;
    await owner.query(`SET timezone = 'Asia/Tokyo'`);
    expect((await owner.query(missing)).rows).toEqual([{ missing_months: '{2025-06-01}' }]);
    expect((await owner.query(CREATE)).rows).toEqual([{ made: 'email_sends_y2025m06' }]);
    expect((await owner.query(missing)).rows).toEqual([{ missing_months: null }]);
  }));

test('months ahead are those that a partition is for, however many that one is for', () =>
  withState('procedures', async ({ owner }) => {
    await owner.script(`
      DO $$
      DECLARE
        next_month timestamp := date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month';
        part       text;
      BEGIN
        FOR part IN SELECT partition_name FROM monthly_partitions
                    WHERE table_name = 'email_sends_partitioned' AND month >= next_month LOOP
          EXECUTE format('DROP TABLE %I', part);
        END LOOP;
        EXECUTE format('CREATE TABLE ahead PARTITION OF email_sends_partitioned FOR VALUES FROM (%L) TO (%L)',
                       next_month AT TIME ZONE 'UTC', (next_month + interval '7 months') AT TIME ZONE 'UTC');
      END $$`);
    const ahead = `SELECT months_ahead, missing_months FROM partition_health WHERE table_name = 'email_sends_partitioned'`;
    const healthy = [{ months_ahead: 7, missing_months: null }];
    expect((await owner.query(ahead)).rows).toEqual(healthy);
    await owner.query(
      `UPDATE partition_ranges SET first_month = date_trunc('month', now() + interval '200 days')`,
    );
    expect((await owner.query(ahead)).rows).toEqual(healthy);
  }));

test('no end of time keeps others from being watched or made', () =>
  withState('procedures', async ({ owner }) => {
    await owner.script(`
      CREATE TABLE last PARTITION OF email_sends_partitioned FOR VALUES FROM ('infinity') TO (MAXVALUE);
      DROP TABLE email_sends_y2025m03, lead_activities_y2025m05;
      CREATE TYPE email_sends_y2025m03 AS ENUM ('a')`);
    expect((await owner.query(CREATE)).rows).toEqual([{ made: 'lead_activities_y2025m05' }]);
    const health = `SELECT table_name, missing_months::text FROM partition_health ORDER BY 1`;
    expect((await owner.query(health)).rows).toEqual([
      { table_name: 'email_sends_partitioned', missing_months: '{2025-03-01}' },
      { table_name: 'lead_activities_partitioned', missing_months: null },
    ]);
    const never = owner.query(`UPDATE partition_ranges SET first_month = '-infinity'`);
    await expect(never).rejects.toMatchObject({ code: '23514' });
  }));

test('a month that was detached stays away, and keeps no other from being made', () =>
  withState('procedures', async ({ owner }) => {
    await owner.query(`
      ALTER TABLE email_sends_partitioned DETACH PARTITION email_sends_y2025m03;
      DROP TABLE email_sends_y2025m05, lead_activities_y2025m05`);
    expect((await owner.query(CREATE)).rows).toEqual([
      { made: 'email_sends_y2025m05' },
      { made: 'lead_activities_y2025m05' },
    ]);
    expect((await owner.query('SELECT alert, object FROM check_alerts()')).rows).toContainEqual({
      alert: 'partition_missing',
      object: 'email_sends_partitioned',
    });
  }));

const MARCH = `created_at >= '2025-03-01Z' AND created_at < '2025-04-01Z'`;

test.each([
  'ALTER TABLE email_sends_y2025m03 RENAME TO march; SELECT create_monthly_partitions()',
  `WITH waiting AS (DELETE FROM email_sends_default WHERE ${MARCH} RETURNING *)
   INSERT INTO email_sends_y2025m03 SELECT * FROM waiting;
   ALTER TABLE email_sends_partitioned ATTACH PARTITION email_sends_y2025m03
     FOR VALUES FROM ('2025-03-01Z') TO ('2025-04-01Z')`,
])(
  'what the warning advises for a detached month of which a send waits brings the month back: %s',
  (remedy) =>
    withState('procedures', async ({ owner }) => {
      const tenant = await createTenant(owner, 'tenant');
      const campaignId = await createCampaign(owner, tenant);
      await owner.query('ALTER TABLE email_sends_partitioned DETACH PARTITION email_sends_y2025m03');
      await createSends(owner, tenant, campaignId, await createLeads(owner, tenant, ['ann']), {
        createdAt: new Date('2025-03-05'),
      });
      expect((await owner.query(CREATE)).rows).toEqual([]);
      await owner.script(remedy);
      expect((await owner.query('SELECT FROM email_sends_y2025m03')).rowCount).toBe(1);
      const health = `SELECT default_rows::int, missing_months FROM partition_health WHERE table_name = 'email_sends_partitioned'`;
      expect((await owner.query(health)).rows).toEqual([{ default_rows: 0, missing_months: null }]);
    }),
);

test('rows that a foreign key of others refers to are not taken out of the default partition', () =>
  withState('procedures', async ({ owner }) => {
    const tenant = await createTenant(owner, 'tenant');
    const campaignId = await createCampaign(owner, tenant);
    await owner.query('DROP TABLE email_sends_y2025m03, email_sends_y2025m05');
    await createSends(owner, tenant, campaignId, await createLeads(owner, tenant, ['ann']), {
      createdAt: new Date('2025-03-05'),
    });
    await owner.query(`
      CREATE TABLE replies (send_id uuid, sent timestamptz,
        FOREIGN KEY (send_id, sent) REFERENCES email_sends_partitioned (id, created_at) ON DELETE CASCADE);
      INSERT INTO replies SELECT id, created_at FROM email_sends_partitioned`);
    expect((await owner.query(CREATE)).rows).toEqual([{ made: 'email_sends_y2025m05' }]);
    expect((await owner.query('SELECT FROM replies')).rowCount).toBe(1);
    await owner.query('DROP TABLE replies');
    expect((await owner.query(CREATE)).rows).toEqual([{ made: 'email_sends_y2025m03' }]);
    expect((await owner.query('SELECT FROM email_sends_y2025m03')).rowCount).toBe(1);
  }));

test('a table that no foreign key names is not waited for, as while the phase copies rows', () =>
  withState('procedures', async ({ owner, connect }) => {
    await owner.script(`
      ALTER TABLE email_sends_partitioned DROP CONSTRAINT email_sends_partitioned_lead_id_fkey;
      ALTER TABLE lead_activities_partitioned DROP CONSTRAINT lead_activities_partitioned_lead_id_fkey;
      DROP TABLE email_sends_y2025m03`);
    const writer = await connect();
    await writer.query('BEGIN');
    await writer.query('LOCK TABLE leads IN ROW EXCLUSIVE MODE');
    expect((await owner.query(CREATE)).rows).toEqual([{ made: 'email_sends_y2025m03' }]);
  }));
