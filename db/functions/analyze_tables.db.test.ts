import { expect, test } from 'vitest';
import { withState } from '../../test/database.ts';
import { createLeads, createTenant, only } from '../testing/tenant.ts';
import { untilBlocked } from '../testing/until-blocked.ts';

test('while an index of a table is built concurrently, maintenance goes on without it, and nobody ends in a deadlock', () =>
  withState('procedures', async ({ owner, connect }) => {
    const tenant = await createTenant(owner, 'tenant');
    await createLeads(owner, tenant, ['ann']);
    const [writer, builder] = [await connect(), await connect()];
    await writer.query('BEGIN');
    await writer.query(`UPDATE leads SET name = 'changed'`);
    const building = builder.query('CREATE INDEX CONCURRENTLY by_phone ON leads (phone)');
    await untilBlocked(owner);
    const maintaining = owner.query<{ task: string; result: string }>(
      'SELECT task, result FROM perform_maintenance_tasks() WHERE NOT failed',
    );
    const { rows } = await maintaining;
    expect(rows[0]).toEqual({ task: 'refresh statistics', result: '3 tables' });
    expect(rows.map(({ task }) => task)).toContain('create partitions');
    await writer.query('COMMIT');
    await building;
    const valid = `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'by_phone'::regclass`;
    expect(only((await owner.query(valid)).rows)).toEqual({ valid: true });
    expect((await owner.query('SELECT analyze_tables() AS n')).rows).toEqual([{ n: 4 }]);
  }));
