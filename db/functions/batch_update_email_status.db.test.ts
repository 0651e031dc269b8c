import { describe, expect, test } from 'vitest';
import { type StateUnderTest, withState } from '../../test/database.ts';
import type { Database } from '../application.ts';
import {
  createCampaign,
  createLeads,
  createSends,
  createTenant,
  only,
  type Tenant,
} from '../testing/tenant.ts';
import { untilBlocked } from '../testing/until-blocked.ts';

const NAMES = ['ann', 'bob', 'cyd', 'dan'];

const UPDATE = `SELECT updated_count AS updated, error_count AS refused, errors FROM batch_update_email_status($1, $2::jsonb)`;

const SENDS = `
  SELECT provider_message_id AS id, status, delivered_at, opened_at
  FROM email_sends_partitioned ORDER BY provider_message_id`;

/** Counters of the campaign, and what counting the sends gives. */
const COUNTERS = `
  SELECT delivered, opened, clicked, bounced, unsubscribed, complained FROM campaign_metrics WHERE campaign_id = $1`;

const RECOUNT = `
  SELECT count(delivered_at) AS delivered, count(opened_at) AS opened, count(clicked_at) AS clicked,
         count(bounced_at) AS bounced, count(unsubscribed_at) AS unsubscribed, count(complained_at) AS complained
  FROM email_sends_partitioned WHERE campaign_id = $1`;

test('events move a send on, whatever their order, and once only', () =>
  withSends(async ({ owner, update }) => {
    const events = [
      { provider_message_id: 'm0', event: 'opened', at: '2026-01-01T10:05:00.1236Z' },
      { provider_message_id: 'm0', event: 'sent', at: '2026-01-01T10:00:00Z' },
      { provider_message_id: 'm0', event: 'delivered', at: '2026-01-01T10:01:00Z' },
      { provider_message_id: 'm0', event: 'opened', at: '2026-01-01T10:04:00.1236Z' },
      { provider_message_id: 'm1', event: 'sent', at: '2026-01-01T10:00:00Z' },
      { provider_message_id: 'm2', event: 'bounced', at: '2026-01-01T10:00:00Z' },
      { provider_message_id: 'm2', event: 'delivered', at: '2026-01-01T11:00:00Z' },
    ];
    expect(await update(events)).toEqual({ updated: 3, refused: 0, errors: [] });
    expect((await owner.query(SENDS)).rows).toMatchObject([
      { id: 'm0', status: 'delivered', opened_at: new Date('2026-01-01T10:04:00.124Z') },
      { id: 'm1', status: 'sent' },
      { id: 'm2', status: 'bounced' },
      { id: 'm3', status: 'pending' },
    ]);
    expect(await update(events.toReversed())).toEqual({ updated: 0, refused: 0, errors: [] });
  }));

test('a send that never went out stays pending when it fails, and says when', () =>
  withSends(async ({ owner, update }) => {
    const failed = { provider_message_id: 'm0', event: 'failed', at: '2026-01-01T10:00:00Z' };
    expect(await update([failed])).toEqual({ updated: 1, refused: 0, errors: [] });
    const send = `SELECT status, failed_at AS at FROM email_sends_partitioned WHERE provider_message_id = 'm0'`;
    expect((await owner.query(send)).rows).toEqual([{ status: 'pending', at: new Date(failed.at) }]);
  }));

test('counters are what counting the sends gives, before and after folding', () =>
  withSends(async ({ owner, campaignId, update }) => {
    const kinds = ['delivered', 'opened', 'clicked', 'unsubscribed', 'complained', 'opened'];
    for (let round = 0; round < 3; round++) {
      await update(kinds.flatMap((event, n) => [{ provider_message_id: `m${(n * 7 + round) % 4}`, event }]));
      const recount = only((await owner.query(RECOUNT, [campaignId])).rows);
      expect(only((await owner.query(COUNTERS, [campaignId])).rows)).toEqual(recount);
      await owner.query('SELECT fold_campaign_metrics()');
      expect(only((await owner.query(COUNTERS, [campaignId])).rows)).toEqual(recount);
    }
    expect((await owner.query('SELECT FROM campaign_metric_changes')).rowCount).toBe(0);
    const folded =
      'SELECT delivered, opened, clicked, bounced, unsubscribed, complained FROM campaigns WHERE id = $1';
    expect(only((await owner.query(folded, [campaignId])).rows)).toEqual(
      only((await owner.query(RECOUNT, [campaignId])).rows),
    );
  }));

test('who bounced, unsubscribed or complained is active no longer, and nobody comes back', () =>
  withSends(async ({ owner, update }) => {
    await update([
      { provider_message_id: 'm0', event: 'bounced' },
      { provider_message_id: 'm1', event: 'unsubscribed' },
      { provider_message_id: 'm2', event: 'complained' },
      { provider_message_id: 'm2', event: 'unsubscribed' },
    ]);
    await update([
      { provider_message_id: 'm0', event: 'opened' },
      { provider_message_id: 'm1', event: 'complained' },
    ]);
    const { rows } = await owner.query('SELECT status FROM leads ORDER BY email');
    expect(rows.map((row) => row['status'])).toEqual(['bounced', 'unsubscribed', 'complained', 'active']);
  }));

test('what is invalid or unknown comes back with its position, and the others go in', () =>
  withSends(async ({ state, update }) => {
    const stranger = await createTenant(state.owner, 'stranger');
    const theirs = await createLeads(state.owner, stranger, ['eve']);
    const campaign = await createCampaign(state.owner, stranger);
    await createSends(state.owner, stranger, campaign, theirs, { prefix: 'x' });
    expect(
      await update([
        7,
        { event: 'opened' },
        { provider_message_id: 'm0', event: 'seen' },
        { provider_message_id: 'm0', event: 'opened', at: '2026-02-31' },
        { provider_message_id: 'm0', event: 'opened', at: 5 },
        { provider_message_id: 'nobody', event: 'opened' },
        { provider_message_id: 'x0', event: 'opened' },
        { provider_message_id: "m1' OR true --", event: 'opened' },
        { provider_message_id: 'm1', event: 'opened' },
      ]),
    ).toEqual({
      updated: 1,
      refused: 8,
      errors: [
        'not an object',
        'provider_message_id is missing',
        'event is not one of sent, delivered, opened, clicked, bounced, unsubscribed, complained, failed',
        'at is not an ISO date',
        'at is not an ISO date',
        'no send of this workspace has this provider_message_id',
        'no send of this workspace has this provider_message_id',
        'no send of this workspace has this provider_message_id',
      ].map((reason, index) => ({ position: index + 1, reason })),
    });
    await expect(update({})).rejects.toMatchObject({ code: '22023' });
    await expect(update(null)).rejects.toMatchObject({ code: '22023' });
  }));

test('two sessions with the same events in opposite order count each once', () =>
  withSends(async ({ state, tenant, owner, campaignId, update }) => {
    const many = await createLeads(
      owner,
      tenant,
      Array.from({ length: 500 }, (_, n) => `lead${n}`),
    );
    await createSends(owner, tenant, campaignId, many, { prefix: 'many' });
    const events = many.flatMap((_, n) => [
      { provider_message_id: `many${n}`, event: 'opened', at: '2026-01-01' },
      { provider_message_id: `many${n}`, event: 'unsubscribed', at: '2026-01-02' },
    ]);
    const other = await state.app(tenant.workspaceId, tenant.userId);
    const results = await Promise.all([update(events), update(events.toReversed(), other)]);
    expect(results.map(({ updated }) => updated).sort()).toEqual([0, 500]);
    expect(only((await owner.query(COUNTERS, [campaignId])).rows)).toMatchObject({
      opened: 500,
      unsubscribed: 500,
    });
  }));

describe.each([
  ['leads', 'lead_id', 1],
  ['campaigns', 'campaign_id', 0],
] as const)('deleting %s of a batch', (table, column, remaining) => {
  const SENDS_OF = `SELECT provider_message_id AS message, ${column} AS parent FROM email_sends_partitioned ORDER BY id`;
  const DELETE = `DELETE FROM ${table} WHERE id = $1`;
  const complaints = (...sends: readonly Send[]) =>
    sends.map(({ message }) => ({ provider_message_id: message, event: 'complained' }));

  test('waits for the batch, which is at their sends', () =>
    withSends(async ({ state, owner, update }) => {
      const [first, second] = (await owner.query<Send>(SENDS_OF)).rows as [Send, Send];
      const [holder, other] = [await state.connect(), await state.connect()];
      await holder.query('BEGIN');
      const hold = 'SELECT FROM email_sends_partitioned WHERE provider_message_id = $1 FOR UPDATE';
      await holder.query(hold, [second.message]);
      const updating = update(complaints(second, first));
      await untilBlocked(owner);
      const deleting = other.query(DELETE, [first.parent]);
      await untilBlocked(owner, 2);
      await holder.query('COMMIT');
      expect((await Promise.all([updating, deleting]))[0]).toMatchObject({ updated: 2, refused: 0 });
    }));

  test('is waited for by the batch, which goes on without them', () =>
    withSends(async ({ state, owner, update }) => {
      const [first, second] = (await owner.query<Send>(SENDS_OF)).rows as [Send, Send];
      const other = await state.connect();
      await other.query('BEGIN');
      await other.query(DELETE, [first.parent]);
      const updating = update(complaints(second, first));
      await untilBlocked(owner);
      await other.query('COMMIT');
      expect(await updating).toMatchObject({ updated: remaining, refused: 2 - remaining });
    }));
});

describe('opened events', () => {
  /** Ids against the months: a batch takes them by id, the deletion of their lead by partition. */
  const IDS = ['f', '8', '0'].map((digit) => `${digit.repeat(8)}-0000-4000-8000-000000000000`);
  const MONTHS = ['early', 'middle', 'late'].map((message, n) => [message, `2026-0${n + 1}-05Z`] as const);
  const opened = (...messages: readonly string[]) =>
    messages.map((message) => ({ provider_message_id: message, event: 'opened' }));

  test('of a lead that is being deleted, with sends of several months, wait for the deletion', () =>
    withSends(async ({ state, owner, tenant, campaignId, update }) => {
      const leadId = String((await createLeads(owner, tenant, ['eve']))[0]);
      for (const [n, [message, day]] of MONTHS.entries())
        await owner.query(
          `INSERT INTO email_sends_partitioned
             (id, workspace_id, campaign_id, lead_id, email, provider_message_id, created_at)
           VALUES ($1, $2, $3, $4, 'eve@example.com', $5, $6)`,
          [IDS[n], tenant.workspaceId, campaignId, leadId, message, day],
        );
      const [holder, other] = [await state.connect(), await state.connect()];
      await holder.query('BEGIN');
      await holder.query(
        `SELECT FROM email_sends_partitioned WHERE provider_message_id = 'middle' FOR UPDATE`,
      );
      const deleting = other.query('DELETE FROM leads WHERE id = $1', [leadId]);
      await untilBlocked(owner);
      const updating = update(opened('early', 'late', 'm0'));
      await untilBlocked(owner, 2);
      await holder.query('COMMIT');
      const [deleted, updated] = await Promise.all([deleting, updating]);
      expect(deleted.rowCount).toBe(1);
      expect(updated).toMatchObject({ updated: 1, refused: 2 });
    }));

  test('lock leads in the order of imports: who deletes two in that order is waited for', () =>
    withSends(async ({ state, owner, tenant, campaignId, update }) => {
      // Neither their ids nor their places are in the order of their addresses, of which case is no part.
      const leads = [
        [String(IDS[2]), 'Zoe@example.com'],
        [String(IDS[1]), 'yan@example.com'],
      ] as const;
      for (const [id, email] of leads)
        await owner.query('INSERT INTO leads (id, workspace_id, email) VALUES ($1, $2, $3)', [
          id,
          tenant.workspaceId,
          email,
        ]);
      await createSends(
        owner,
        tenant,
        campaignId,
        leads.map(([id]) => id),
        { prefix: 'two' },
      );
      const other = await state.connect();
      await other.query('BEGIN');
      await other.query('DELETE FROM leads WHERE id = $1', [leads[1][0]]);
      const updating = update(opened('two0', 'two1', 'm0'));
      await untilBlocked(owner);
      await other.query('DELETE FROM leads WHERE id = $1', [leads[0][0]]);
      await other.query('COMMIT');
      expect(await updating).toMatchObject({ updated: 1, refused: 2 });
    }));
});

interface Send {
  readonly message: string;
  readonly parent: string;
}

interface Updated {
  readonly updated: number;
  readonly refused: number;
  readonly errors: readonly unknown[];
}

interface Tools {
  readonly state: StateUnderTest;
  readonly owner: Database;
  readonly tenant: Tenant;
  readonly campaignId: string;
  update(events: unknown, session?: Database): Promise<Updated>;
}

/** Four leads with a pending send each, m0 to m3. */
function withSends(check: (tools: Tools) => Promise<void>): Promise<void> {
  return withState('procedures', async (state) => {
    const { owner } = state;
    const tenant = await createTenant(owner, 'tenant');
    const leadIds = await createLeads(owner, tenant, NAMES);
    const campaignId = await createCampaign(owner, tenant, 'sending');
    await createSends(owner, tenant, campaignId, leadIds);
    const app = await state.app(tenant.workspaceId, tenant.userId);
    const update = async (events: unknown, session: Database = app) =>
      only(
        (
          await session.query<Updated>(UPDATE, [
            tenant.workspaceId,
            events === null ? null : JSON.stringify(events),
          ])
        ).rows,
      );
    await check({ state, owner, tenant, campaignId, update });
  });
}
