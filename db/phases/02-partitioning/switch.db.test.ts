import { expect, test } from 'vitest';
import { runSqlFile } from '../../../bench/postgres/sql-file.ts';
import {
  backendOf,
  contents,
  migrationFile,
  placeOf,
  runPart,
  until,
  waitsFor,
  withRows,
} from '../../../test/migration.ts';
import type { Database } from '../../application.ts';
import { createCampaign, createLeads, only } from '../../testing/tenant.ts';
import { untilBlocked } from '../../testing/until-blocked.ts';

const INSERT_SEND = `
  INSERT INTO email_sends (workspace_id, campaign_id, lead_id, email, created_at)
  VALUES ($1, $2, $3, 'x@example.com', clock_timestamp())`;

test.each(['CALL add_references', 'SELECT switch_table', 'CALL drop_old_table'])(
  'a transaction that has changed a campaign goes on to its sends while the migration waits (%s)',
  (step) =>
    withRows(async ({ owner, connect }, { tenant, campaignId, leadIds }) => {
      const up = await migrationFile();
      const place = placeOf(up, step);
      await runPart(owner, up, 0, place);
      const [writer, other, watcher] = [await connect(), await connect(), await connect()];
      // That nobody waits as long as this is what it promises.
      for (const session of [writer, other]) await session.query(`SET lock_timeout = '1s'`);
      await writer.query('BEGIN');
      await writer.query('UPDATE campaigns SET total_recipients = 1 WHERE id = $1', [campaignId]);
      await writer.query(INSERT_SEND, [tenant.workspaceId, campaignId, leadIds[0]]);

      const pid = await backendOf(owner);
      const rest = runPart(owner, up, place);
      for (const [n, leadId] of leadIds.slice(0, 10).entries()) {
        await waitsFor(watcher, pid, 'email_sends', 'campaigns', 'leads', 'workspaces');
        await writer.query(INSERT_SEND, [tenant.workspaceId, campaignId, leadId]);
        await other.query('UPDATE leads SET name = $2 WHERE id = $1', [leadIds[n + 50], 'x']);
        await other.query('DELETE FROM leads WHERE id = $1', [leadIds[n + 60]]);
        await other.query('SELECT FROM email_sends JOIN campaigns ON campaigns.id = campaign_id LIMIT 1');
      }
      const before = await contents(writer);
      await writer.query('COMMIT');
      await rest;
      expect(await contents(owner)).toEqual(before);
    }),
);

test('who deletes a lead that the switch waits for goes on, however soon it looks for a deadlock', () =>
  withRows(async ({ owner, connect }, { tenant, campaignId, leadIds }) => {
    const up = await migrationFile();
    const place = placeOf(up, 'SELECT switch_table');
    await runPart(owner, up, 0, place);
    const [deleter, watcher] = [await connect(), await connect()];
    for (const session of [owner, deleter]) await session.query(`SET deadlock_timeout = '100ms'`);
    // The switch has this to apply, for which it needs the lead.
    await deleter.query(INSERT_SEND, [tenant.workspaceId, campaignId, leadIds[0]]);
    await deleter.query('BEGIN');
    await deleter.query('SELECT FROM leads WHERE id = $1 FOR UPDATE', [leadIds[0]]);
    const rest = runPart(owner, up, place);
    await untilBlocked(watcher);
    await deleter.query('DELETE FROM leads WHERE id = $1', [leadIds[0]]);
    await deleter.query('COMMIT');
    await rest;
    expect((await owner.query('SELECT FROM email_sends WHERE lead_id = $1', [leadIds[0]])).rowCount).toBe(0);
  }));

/** What transactions of an application do, in every order: a step, a moment of its own work, the next step. */
const STEPS = {
  campaign:
    'UPDATE campaigns SET total_recipients = total_recipients + 1 WHERE id = $2 AND workspace_id = $1',
  lead: 'UPDATE leads SET name = now()::text WHERE id = $3',
  send: INSERT_SEND,
  activity: `INSERT INTO lead_activities (workspace_id, lead_id, activity_type) VALUES ($1, $3, 'open')`,
  sent: `UPDATE email_sends SET status = 'sent' WHERE lead_id = $3`,
  goneLead: `DELETE FROM leads WHERE id = $3`,
} as const;

const ORDERS: readonly (readonly (keyof typeof STEPS)[])[] = [
  ['campaign', 'send', 'sent'],
  ['send', 'campaign', 'activity'],
  ['activity', 'lead', 'send'],
  ['sent', 'goneLead', 'campaign'],
];

test(
  'no transaction dies or waits for long during the whole migration, in whatever order it works',
  { timeout: 300_000 },
  () =>
    withRows(async ({ owner, connect }, { tenant }) => {
      const workers = await Promise.all(
        ORDERS.map(async (order, n) => {
          const campaignId = await createCampaign(owner, tenant);
          const leadIds = await createLeads(
            owner,
            tenant,
            Array.from({ length: 3_000 }, (_, lead) => `w${n}-${lead}`),
          );
          const session = await connect();
          await session.query(`SET lock_timeout = '2s'`);
          return new Worker(session, order, tenant.workspaceId, campaignId, leadIds);
        }),
      );
      const working = workers.map((worker) => worker.work());
      const finished = Promise.all(working);
      const migrated = (async () => {
        await until(() => workers.every(({ done }) => done > 3));
        await runSqlFile(owner, await migrationFile());
        const before = workers.map(({ done }) => done);
        await until(() => workers.every(({ done }, n) => done > (before[n] ?? 0) + 3));
      })();
      // Whichever fails first ends the test with its own error.
      await Promise.race([migrated, finished]).finally(() => {
        for (const worker of workers) worker.stopped = true;
      });
      await Promise.all([migrated, finished]);

      for (const worker of workers) {
        const { rows } = await owner.query<{ n: number }>(
          'SELECT count(*)::int AS n FROM email_sends WHERE campaign_id = $1',
          [worker.campaignId],
        );
        expect(only(rows).n).toBe(worker.sends);
      }
    }),
);

class Worker {
  stopped = false;
  done = 0;
  sends = 0;
  readonly campaignId: string;
  readonly #db: Database;
  readonly #order: readonly (keyof typeof STEPS)[];
  readonly #workspaceId: string;
  readonly #leadIds: readonly string[];

  constructor(
    db: Database,
    order: readonly (keyof typeof STEPS)[],
    workspaceId: string,
    campaignId: string,
    leadIds: readonly string[],
  ) {
    this.#db = db;
    this.#order = order;
    this.#workspaceId = workspaceId;
    this.campaignId = campaignId;
    this.#leadIds = leadIds;
  }

  async work(): Promise<void> {
    while (!this.stopped) {
      const leadId = this.#leadIds[this.done] ?? '';
      await this.#db.query('BEGIN');
      for (const step of this.#order) {
        await this.#db.query(`WITH given AS (SELECT $1::uuid, $2::uuid, $3::uuid) ${STEPS[step]}`, [
          this.#workspaceId,
          this.campaignId,
          leadId,
        ]);
        // Its own work, with locks held.
        await this.#db.query('SELECT pg_sleep(0.02)');
      }
      await this.#db.query('COMMIT');
      this.done += 1;
      if (this.#order.includes('send')) this.sends += 1;
    }
  }
}

test('locks are tried until all are there at once; none is kept while it waits', () =>
  withRows(async ({ owner, connect }) => {
    const [holder, other] = [await connect(), await connect()];
    const up = await migrationFile();
    await runPart(owner, up, 0, placeOf(up, 'SELECT watch_changes'));
    const lock = (patience: string) =>
      owner.query<{ attempts: number }>(
        `SELECT lock_in_order(ARRAY['campaigns', 'leads']::regclass[], 'ACCESS EXCLUSIVE', $1) AS attempts`,
        [patience],
      );
    await holder.query('BEGIN');
    await holder.query('SELECT FROM leads LIMIT 1');
    await expect(lock('0.3 s')).rejects.toMatchObject({ code: '55P03' });

    const pid = await backendOf(owner);
    const locking = lock('1 minute');
    for (const _ of [1, 2, 3]) {
      await waitsFor(other, pid, 'leads');
      await other.query('SELECT FROM campaigns LIMIT 1');
    }
    await holder.query('COMMIT');
    expect(only((await locking).rows).attempts).toBeGreaterThan(2);
    expect((await owner.query('SHOW lock_timeout')).rows).toEqual([{ lock_timeout: '0' }]);
  }));
