import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSqlFile, runSqlFile } from '../../bench/postgres/sql-file.ts';
import { type StateName, withEmptyDatabase, withState } from '../../test/database.ts';
import { databaseFiles } from '../../test/database-files.ts';
import type { Database } from '../application.ts';
import {
  createCampaign,
  createLeads,
  createSends,
  createTenant,
  only,
  type Tenant,
} from '../testing/tenant.ts';
import { FUNCTIONS, PRIVILEGES, RELATIONS } from './matrix.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

const EXECUTABLE = `
  SELECT DISTINCT proname AS name FROM pg_proc
  WHERE pronamespace = 'public'::regnamespace AND has_function_privilege($1, oid, 'EXECUTE')
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
  ORDER BY 1`;

/** Functions of the application that take a workspace, called for somebody else's. */
const CALLS: Readonly<Record<string, string>> = {
  batch_update_campaign_metrics: `batch_update_campaign_metrics($1, '[]')`,
  batch_update_email_status: `batch_update_email_status($1, '[]')`,
  bulk_insert_leads: `bulk_insert_leads($1, '[]')`,
  bulk_schedule_email_sends: 'bulk_schedule_email_sends(gen_random_uuid(), $1, ARRAY[]::uuid[])',
  count_leads_optimized: 'count_leads_optimized($1)',
  count_segmented_leads: `count_segmented_leads($1, '{"and": []}')`,
  export_segmented_leads: 'export_segmented_leads($1)',
  fast_bulk_lead_import: `fast_bulk_lead_import($1, '[]')`,
  find_lead_by_email: `find_lead_by_email($1, 'ann@example.com')`,
  get_campaign_analytics: 'get_campaign_analytics($1)',
  get_lead_growth_analytics: 'get_lead_growth_analytics($1)',
  get_segmented_leads: `get_segmented_leads($1, '{"and": []}')`,
  search_leads_optimized: 'search_leads_optimized($1)',
};

const ROLES = ['mailgenius_app', 'mailgenius_readonly'] as const;

/** What each role may do with each table, as the matrix has it. */
async function expectMatrix(owner: Database): Promise<void> {
  for (const [column, role] of ROLES.entries()) {
    const { rows } = await owner.query<{ relation: string; privileges: string }>(PRIVILEGES, [role]);
    const expected = Object.entries(RELATIONS).map(([relation, cells]) => ({
      relation,
      privileges: cells[column],
    }));
    expect(rows, role).toEqual(expected);
  }
}

async function expectClosedPartitions(owner: Database): Promise<void> {
  const { rows } = await owner.query(`
    SELECT inhrelid::regclass::text FROM pg_inherits, (VALUES ('mailgenius_app'), ('mailgenius_readonly')) AS role (name)
    WHERE inhparent IN ('email_sends_partitioned'::regclass, 'lead_activities_partitioned'::regclass)
      AND has_table_privilege(role.name, inhrelid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')`);
  expect(rows).toEqual([]);
}

test.each(ROLES)('%s may call what the matrix says', (role) =>
  withState('views', async ({ owner }) => {
    const { rows } = await owner.query<{ name: string }>(EXECUTABLE, [role]);
    expect(rows.map(({ name }) => name)).toEqual(FUNCTIONS[role]);
  }),
);

test('each role may do with each table what the matrix says, and nothing with a partition itself', () =>
  withState('views', async ({ owner }) => {
    await expectMatrix(owner);
    await expectClosedPartitions(owner);
  }));

test('nobody may do more where default privileges grant everything', () =>
  withEmptyDatabase(async ({ owner }) => {
    for (const creator of ['CURRENT_USER', 'mailgenius_owner'])
      await owner.query(`ALTER DEFAULT PRIVILEGES FOR ROLE ${creator}
                         GRANT ALL ON TABLES TO PUBLIC, mailgenius_app, mailgenius_readonly`);
    for (const file of await databaseFiles()) await runSqlFile(owner, await readSqlFile(ROOT, file));
    await expectMatrix(owner);
    await expectClosedPartitions(owner);
  }));

test("each function refuses another's workspace, an unknown one and none", () =>
  withState('views', async ({ owner, app }) => {
    const mine = await createTenant(owner, 'mine');
    const theirs = await createTenant(owner, 'theirs');
    const session = await app(mine.workspaceId, mine.userId);
    expect(Object.keys(CALLS)).toEqual(
      FUNCTIONS.mailgenius_app.filter((name) => !['current_workspace_id', 'field_terms'].includes(name)),
    );
    for (const [name, call] of Object.entries(CALLS)) {
      for (const workspace of [theirs.workspaceId, '00000000-0000-0000-0000-000000000000', null]) {
        const sql = `SELECT * FROM ${call.replace('$1', '$1::uuid')}`;
        await expect(session.query(sql, [workspace]), `${name} ${workspace}`).rejects.toMatchObject({
          code: '42501',
        });
      }
    }
  }));

test("a session changes its own workspace's rows and no others", () =>
  withState('views', async ({ owner, app }) => {
    const tenants = [await createTenant(owner, 'mine'), await createTenant(owner, 'theirs')] as const;
    for (const tenant of tenants) await fill(owner, tenant);
    const [mine, theirs] = tenants;
    const session = await app(mine.workspaceId, mine.userId);
    const writable = Object.entries(RELATIONS).filter(
      ([name, [cells]]) => cells === 'siud' && !(name in VIEWS),
    );
    for (const [table] of writable) {
      const move = session.query(`UPDATE ${table} SET workspace_id = $1`, [theirs.workspaceId]);
      await expect(move, table).rejects.toMatchObject({ code: '42501' });
      const { rows } = await owner.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM ${table} WHERE workspace_id = $1`,
        [theirs.workspaceId],
      );
      await session.query('BEGIN');
      expect((await session.query(`DELETE FROM ${table}`)).rowCount, table).toBe(rows[0]?.n);
      await session.query('ROLLBACK');
      expect(rows[0]?.n, table).toBe(1);
    }
  }));

/** References that the application may write, and what else a row needs. */
const CHILDREN = {
  automation_executions: { parents: { flow_id: 'automation_flows', lead_id: 'leads' }, rest: {} },
  campaigns: {
    parents: { template_id: 'email_templates', segment_id: 'lead_segments' },
    rest: { name: 'c' },
  },
  email_sends: { parents: { campaign_id: 'campaigns', lead_id: 'leads' }, rest: { email: 'a@example.com' } },
  lead_activities: { parents: { lead_id: 'leads' }, rest: { activity_type: 'a' } },
  webhook_logs: { parents: { webhook_id: 'webhooks' }, rest: { event: 'e' } },
} as const;

/** References of tables the application may add rows to; of the partitioned ones by their old names. */
const REFERENCES = `
  SELECT DISTINCT regexp_replace(conrelid::regclass::text, '_partitioned$', '') AS child, attname::text AS column,
         confrelid::regclass::text AS parent
  FROM pg_constraint
  JOIN pg_class AS child ON child.oid = conrelid AND NOT child.relispartition
  JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
  WHERE contype = 'f' AND confrelid <> 'workspaces'::regclass
    AND has_table_privilege('mailgenius_app', conrelid, 'INSERT')
  ORDER BY 1, 2`;

describe.each(['base', 'views'] as const)('in state %s', (state) => {
  const tables = Object.entries(CHILDREN);

  test('every reference that the application may write is tried here', () =>
    withState(state, async ({ owner }) => {
      const expected = tables.flatMap(([child, { parents }]) =>
        Object.entries(parents).map(([column, parent]) => ({ child, column, parent })),
      );
      const { rows } = await owner.query<{ child: string; column: string }>(REFERENCES);
      const name = (row: { child: string; column: string }) => `${row.child}.${row.column}`;
      expect(rows).toEqual(expected.toSorted((a, b) => (name(a) < name(b) ? -1 : 1)));
    }));

  test("a row names parents of its own workspace, never another's", () =>
    withParents(state, async ({ session, mine, theirs, moment }) => {
      const twins = {
        email_sends: 'email_sends_partitioned',
        lead_activities: 'lead_activities_partitioned',
      };
      const named = state === 'base' ? tables : [...tables, ...tables.flatMap((pair) => twin(pair, twins))];
      for (const [table, { parents, rest }] of named) {
        const isSend = table.startsWith('email_sends') && state !== 'base';
        const row: Readonly<Record<string, unknown>> = {
          workspace_id: mine['workspaces'],
          ...Object.fromEntries(Object.entries(parents).map(([column, parent]) => [column, mine[parent]])),
          ...rest,
          ...(isSend ? { created_at: moment } : {}),
        };
        const insert = (values: Readonly<Record<string, unknown>>) =>
          session.query(
            `INSERT INTO ${table} (${Object.keys(values).join()})
             VALUES (${Object.keys(values).map((_, n) => `$${n + 1}`)})`,
            Object.values(values),
          );
        for (const [column, parent] of Object.entries(parents)) {
          const title = `${table}.${column}`;
          const foreign = insert({ ...row, [column]: theirs[parent] });
          await expect(foreign, title).rejects.toMatchObject({ code: '42501' });
        }
        expect((await insert(row)).rowCount, table).toBe(1);
        for (const [column, parent] of Object.entries(parents)) {
          const move = session.query(`UPDATE ${table} SET ${column} = $1`, [theirs[parent]]);
          await expect(move, `${table}.${column}`).rejects.toMatchObject({ code: '42501' });
        }
        await session.query(`DELETE FROM ${table} WHERE workspace_id = $1 AND id <> $2`, [
          mine['workspaces'],
          mine['campaigns'],
        ]);
      }
    }));
});

test('an update of a campaign that leaves its parents alone is let through, and so is one to another of ours', () =>
  withParents('base', async ({ session, mine }) => {
    const update = `UPDATE campaigns SET name = 'x', template_id = $1, segment_id = $2 WHERE id = $3`;
    const values = [mine['email_templates'], mine['lead_segments'], mine['campaigns']];
    expect((await session.query(update, values)).rowCount).toBe(1);
    expect((await session.query(update, [null, null, mine['campaigns']])).rowCount).toBe(1);
    expect((await session.query(`UPDATE campaigns SET status = 'scheduled'`)).rowCount).toBe(1);
  }));

test('an event reaches a send without a look at its parents', () =>
  withState('views', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'mine');
    await fill(owner, tenant);
    const session = await app(tenant.workspaceId, tenant.userId);
    const { rows } = await session.query(
      `EXPLAIN (COSTS off) UPDATE email_sends_partitioned SET status = 'sent', sent_at = now()`,
    );
    expect(JSON.stringify(rows)).not.toMatch(/ on (leads|campaigns)/);
    const sql = `UPDATE email_sends SET status = 'sent', sent_at = now()`;
    expect((await session.query(sql)).rowCount).toBe(1);
    for (const column of ['id', 'workspace_id', 'campaign_id', 'lead_id', 'created_at']) {
      const move = session.query(`UPDATE email_sends SET ${column} = ${column}`);
      await expect(move, column).rejects.toMatchObject({ code: '42501' });
    }
  }));

type Ids = Readonly<Record<string, string>>;

interface Family {
  readonly session: Database;
  readonly mine: Ids;
  readonly theirs: Ids;
  /** What the sends of both campaigns share. */
  readonly moment: Date;
}

function twin<T>(
  [table, child]: readonly [string, T],
  names: Readonly<Record<string, string>>,
): [string, T][] {
  const name = names[table];
  return name === undefined ? [] : [[name, child]];
}

/** Two workspaces with a parent of each kind. */
function withParents(name: StateName, check: (family: Family) => Promise<void>): Promise<void> {
  return withState(name, async ({ owner, app }) => {
    const moment = new Date();
    const family = async (tenant: Tenant): Promise<Ids> => {
      const [leads = ''] = await createLeads(owner, tenant, ['ann']);
      const ids: Record<string, string> = { workspaces: tenant.workspaceId, leads };
      for (const [table, columns, values] of PARENTS) {
        const sql = `INSERT INTO ${table} (workspace_id, ${columns}) VALUES ($1, ${values}) RETURNING id`;
        ids[table] = only((await owner.query<{ id: string }>(sql, [tenant.workspaceId])).rows).id;
      }
      return ids;
    };
    const tenant = await createTenant(owner, 'mine');
    const mine = await family(tenant);
    const theirs = await family(await createTenant(owner, 'theirs'));
    if (name !== 'base') await owner.query('UPDATE campaigns SET sends_created_at = $1', [moment]);
    await check({ session: await app(tenant.workspaceId, tenant.userId), mine, theirs, moment });
  });
}

const PARENTS = [
  ['automation_flows', 'name, trigger_type', `'f', 't'`],
  ['campaigns', 'name', `'c'`],
  ['email_templates', 'name, subject', `'t', 's'`],
  ['lead_segments', 'name', `'s'`],
  ['webhooks', 'url', `'u'`],
] as const;

const VIEWS = { email_sends: true, lead_activities: true };

/** A row in every table that the application may write to. */
async function fill(owner: Database, tenant: Tenant) {
  const leadIds = await createLeads(owner, tenant, ['ann']);
  await createSends(owner, tenant, await createCampaign(owner, tenant), leadIds);
  const { workspaceId } = tenant;
  const rows: readonly (readonly [string, readonly unknown[]])[] = [
    ['api_keys (workspace_id, name, key_hash) VALUES ($1, $2, $2)', [workspaceId, workspaceId]],
    [`automation_flows (workspace_id, name, trigger_type) VALUES ($1, 'f', 't')`, [workspaceId]],
    [
      `automation_executions (workspace_id, flow_id, lead_id)
       SELECT $1, id, $2 FROM automation_flows WHERE workspace_id = $1`,
      [workspaceId, leadIds[0]],
    ],
    [`email_templates (workspace_id, name, subject) VALUES ($1, 't', 's')`, [workspaceId]],
    [
      `lead_activities (workspace_id, lead_id, activity_type) VALUES ($1, $2, 'a')`,
      [workspaceId, leadIds[0]],
    ],
    [`lead_segments (workspace_id, name) VALUES ($1, 's')`, [workspaceId]],
    [`webhooks (workspace_id, url) VALUES ($1, 'u')`, [workspaceId]],
    [
      `webhook_logs (workspace_id, webhook_id, event) SELECT $1, id, 'e' FROM webhooks WHERE workspace_id = $1`,
      [workspaceId],
    ],
  ];
  for (const [sql, values] of rows) await owner.query(`INSERT INTO ${sql}`, values);
}
