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

test('leads go in in the order of their key, so that overlapping calls never wait for each other', () =>
  withState('procedures', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    const session = await app(tenant.workspaceId, tenant.userId);
    const leads = ['cyd', ' B_ob', 'ann', 'DAN', 'bob'].map((name) => ({ email: `${name}@example.com` }));
    await session.query(INSERT, [tenant.workspaceId, JSON.stringify(leads)]);
    const { rows } = await owner.query('SELECT lower(email::text) AS email FROM leads ORDER BY ctid');
    const names = ['ann', 'b_ob', 'bob', 'cyd', 'dan'];
    expect(rows).toEqual(names.map((name) => ({ email: `${name}@example.com` })));
  }));

const ANN = { email: 'ann@example.com' };

test.each([
  ['no array', {}, 'p_leads_json must be an array'],
  ['an element that is no object', [ANN, 7], 'invalid lead at position 2: not an object'],
  ['a lead without e-mail', [ANN, { name: 'Bob' }], 'invalid lead at position 2: email is missing'],
  ['an e-mail that is none', [{ email: 'nonsense' }], 'invalid lead at position 1: email is not an address'],
  ['an e-mail that is a number', [{ email: 5 }], 'invalid lead at position 1: email is not text'],
  ['an e-mail that is an object', [{ email: { a: 1 } }], 'invalid lead at position 1: email is not text'],
  [
    'an empty e-mail',
    [ANN, ANN, { email: '' }, { email: 5 }],
    'invalid lead at position 3: email is missing',
  ],
  [
    'a status that is none',
    [ANN, { email: 'b@example.com', status: 'asleep' }],
    'invalid lead at position 2: status is not one of active, unsubscribed, bounced, complained',
  ],
  [
    'a list of lists of tags',
    [ANN, { email: 'b@example.com', tags: [['a'], ['b']] }],
    'invalid lead at position 2: tags is not a list of texts',
  ],
  [
    'a tag that no index takes',
    [{ email: 'b@example.com', tags: ['x'.repeat(9_000)] }],
    'invalid lead at position 1: tags has one longer than 100 characters',
  ],
  [
    'a list of too many tags',
    [ANN, { email: 'b@example.com', tags: Array(1_001).fill('a') }],
    'invalid lead at position 2: tags has more than 1,000',
  ],
])('%s is an error, and nothing goes in', (_, leads, message) =>
  withState('procedures', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    const session = await app(tenant.workspaceId, tenant.userId);
    const call = session.query(INSERT, [tenant.workspaceId, JSON.stringify(leads)]);
    await expect(call).rejects.toMatchObject({ code: '22023', message });
    expect((await owner.query('SELECT FROM leads')).rowCount).toBe(0);
  }),
);
