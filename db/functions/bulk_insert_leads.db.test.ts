import { expect, test } from 'vitest';
import { withState } from '../../test/database.ts';
import { createLeads, createTenant } from '../testing/tenant.ts';

const INSERT =
  'SELECT inserted_count AS inserted, skipped_count AS skipped FROM bulk_insert_leads($1, $2::jsonb)';

test('what is new goes in, what is there stays, and counts are rows', () =>
  withState('procedures', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    await createLeads(owner, tenant, ['ann']);
    const session = await app(tenant.workspaceId, tenant.userId);
    const insert = async (leads: unknown) =>
      (await session.query(INSERT, [tenant.workspaceId, JSON.stringify(leads)])).rows;
    const leads = [
      { email: 'ANN@example.com', name: 'Another Ann' },
      { email: ' bob@example.com\t', name: "O'Brien", tags: ['a', 'b'], custom_fields: { n: 1 } },
      { email: 'BOB@example.com' },
      { email: 'cyd@example.com', custom_fields: null },
    ];
    expect(await insert(leads)).toEqual([{ inserted: 2, skipped: 2 }]);
    expect(await insert(leads)).toEqual([{ inserted: 0, skipped: 4 }]);
    const { rows } = await owner.query(
      'SELECT email::text, name, tags, custom_fields FROM leads ORDER BY email',
    );
    expect(rows).toEqual([
      { email: 'ann@example.com', name: null, tags: [], custom_fields: {} },
      { email: 'bob@example.com', name: "O'Brien", tags: ['a', 'b'], custom_fields: { n: 1 } },
      { email: 'cyd@example.com', name: null, tags: [], custom_fields: {} },
    ]);
  }));

test.each([
  ['no array', {}, '22023'],
  ['an element that is no object', [{ email: 'ann@example.com' }, 7], '22023'],
  ['a lead without e-mail', [{ email: 'ann@example.com' }, { name: 'Bob' }], '23502'],
  [
    'a status that is none',
    [{ email: 'ann@example.com' }, { email: 'b@example.com', status: 'asleep' }],
    '23514',
  ],
])('%s is an error, and nothing goes in', (_, leads, code) =>
  withState('procedures', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    const session = await app(tenant.workspaceId, tenant.userId);
    const call = session.query(INSERT, [tenant.workspaceId, JSON.stringify(leads)]);
    await expect(call).rejects.toMatchObject({ code });
    expect((await owner.query('SELECT FROM leads')).rowCount).toBe(0);
  }),
);
