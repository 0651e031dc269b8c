import { describe, expect, test } from 'vitest';
import { estimateError, planDifferences, planShape, planTree, rowsProcessed } from './plan-tree.ts';
import { mainPlan, planView } from './plan-view.ts';

// The shapes that PostgreSQL 18 writes with EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON), cut to the keys that count.
const scan = (more: object = {}) => ({
  ...{
    'Node Type': 'Seq Scan',
    'Relation Name': 'leads',
    'Plan Rows': 10,
    'Actual Rows': 50,
    'Actual Loops': 1,
  },
  ...{ 'Rows Removed by Filter': 950, 'Shared Hit Blocks': 30, 'Shared Read Blocks': 12 },
  ...more,
});
const indexed = scan({
  'Node Type': 'Index Scan',
  'Index Name': 'leads_email_key',
  'Rows Removed by Filter': 0,
});
const sorted = (child: object) => ({
  'Node Type': 'Sort',
  'Plan Rows': 10,
  'Actual Rows': 50,
  'Actual Loops': 1,
  Plans: [child],
});
const bitmap = scan({
  'Node Type': 'Bitmap Heap Scan',
  Plans: [
    {
      'Node Type': 'Bitmap Index Scan',
      'Index Name': 'leads_tags_idx',
      'Actual Rows': 60,
      'Actual Loops': 1,
    },
  ],
});

describe('a plan', () => {
  test('keeps what decides and what it cost', () => {
    expect(planTree(scan())).toMatchObject({
      node: 'Seq Scan',
      relation: 'leads',
      rows: 50,
      rowsRemoved: 950,
      blocks: 42,
    });
  });

  test('counts rows over all loops', () => {
    const inner = planTree(
      scan({ 'Actual Rows': 1.5, 'Actual Loops': 100, 'Plan Rows': 2, 'Rows Removed by Filter': 0 }),
    );
    expect(inner).toMatchObject({ rows: 150, rowsEstimated: 200, loops: 100 });
    expect(rowsProcessed(planTree(sorted(scan())))).toBe(50 + 1000);
  });

  test('tells nodes of one type apart by strategy, join type, operation and function', () => {
    const title = (more: object) => planTree({ 'Node Type': 'Aggregate', ...more }).node;
    expect(title({ Strategy: 'Plain' })).toBe('Aggregate');
    expect(title({ Strategy: 'Hashed' })).toBe('Aggregate (Hashed)');
    expect(title({ 'Node Type': 'Hash Join', 'Join Type': 'Left' })).toBe('Hash Join (Left)');
    expect(title({ 'Node Type': 'ModifyTable', Operation: 'Insert' })).toBe('ModifyTable (Insert)');
    expect(title({ 'Node Type': 'Function Scan', 'Function Name': 'unnest' })).toBe('Function Scan unnest');
  });

  test('has a shape without figures', () => {
    expect(planShape(planTree(sorted(scan())))).toBe('Sort [Seq Scan leads]');
    expect(planShape(planTree(scan({ 'Actual Rows': 7 })))).toBe(planShape(planTree(scan())));
  });

  test('knows its worst estimate, in both directions', () => {
    expect(estimateError(planTree(scan()))).toBe(5);
    expect(estimateError(planTree(scan({ 'Plan Rows': 500 })))).toBe(10);
    expect(estimateError(planTree(scan({ 'Actual Rows': 0, 'Plan Rows': 0 })))).toBe(1);
  });

  test('takes no node that a limit stopped, or that was never executed, for misjudged', () => {
    const limited = (child: object) =>
      planTree({
        'Node Type': 'Limit',
        'Plan Rows': 50,
        'Actual Rows': 50,
        'Actual Loops': 1,
        Plans: [child],
      });
    const wide = scan({ 'Plan Rows': 16_000 });
    expect(estimateError(limited(wide))).toBe(1);
    expect(estimateError(limited(scan({ 'Plan Rows': 1 })))).toBe(50);
    // A sort has read all of it, whatever it was asked for afterwards.
    expect(estimateError(limited(sorted(wide)))).toBe(320);
    expect(estimateError(planTree(scan({ 'Plan Rows': 16_000, 'Actual Rows': 0, 'Actual Loops': 0 })))).toBe(
      1,
    );
    expect(
      planView({ plans: [{ statement: '', executions: 1, root: limited(wide) }], laterPlans: [] })?.lines,
    ).toEqual([expect.not.stringContaining('off'), expect.not.stringContaining('off')]);
  });
});

describe('two plans', () => {
  const differences = (a: object, b: object) => planDifferences(planTree(a), planTree(b));

  test('of the same shape do not differ', () => {
    expect(differences(scan(), scan({ 'Actual Rows': 1 }))).toEqual([]);
  });

  test('differ by how a relation is read', () => {
    expect(differences(indexed, scan())).toEqual(['leads: Index Scan on leads_email_key → Seq Scan']);
    expect(differences(scan(), bitmap)).toEqual(['leads: Seq Scan → Bitmap Heap Scan on leads_tags_idx']);
  });

  test('differ by the keys that an index is searched by, and by its direction', () => {
    const keyed = { ...indexed, 'Index Cond': "((workspace_id = '00'::uuid) AND (email = 'a'::citext))" };
    expect(differences(keyed, { ...indexed, 'Index Cond': '(workspace_id = $1)' })).toEqual([
      'leads: Index Scan on leads_email_key (workspace_id, email) → Index Scan on leads_email_key (workspace_id)',
    ]);
    expect(differences(indexed, { ...indexed, 'Scan Direction': 'Backward' })).toEqual([
      'leads: Index Scan on leads_email_key → Index Scan Backward on leads_email_key',
    ]);
    expect(differences(indexed, { ...indexed, 'Scan Direction': 'Forward' })).toEqual([]);
  });

  test('name all indexes of a bitmap', () => {
    const part = (name: string) => ({ 'Node Type': 'Bitmap Index Scan', 'Index Name': name });
    const both = { 'Node Type': 'BitmapAnd', Plans: [part('leads_tags_idx'), part('leads_status_idx')] };
    const heap = scan({ 'Node Type': 'Bitmap Heap Scan', Plans: [both] });
    expect(differences(bitmap, heap)).toEqual([
      'leads: Bitmap Heap Scan on leads_tags_idx → Bitmap Heap Scan on leads_tags_idx and leads_status_idx',
      'BitmapAnd is new',
    ]);
  });

  test('differ by nodes that come and go', () => {
    expect(differences(sorted(indexed), indexed)).toEqual(['Sort is gone']);
    expect(differences(indexed, sorted(indexed))).toEqual(['Sort is new']);
  });

  test('differ by their order alone', () => {
    const join = (...children: object[]) => ({ 'Node Type': 'Hash Join', Plans: children });
    const other = scan({ 'Relation Name': 'campaigns' });
    expect(differences(join(scan(), other), join(other, scan()))).toEqual([
      'the same nodes in another order',
    ]);
  });
});

describe('the plan of an arm', () => {
  const record = (plan: object, executions = 1) => ({
    statement: 'SELECT',
    executions,
    root: planTree(plan),
  });
  const wrapper = record({
    'Node Type': 'Function Scan',
    'Function Name': 'search',
    'Shared Hit Blocks': 999,
  });

  test('is the one that reads the most, not the function around it', () => {
    const plans = [record(indexed), record(scan({ 'Shared Hit Blocks': 500 })), wrapper];
    expect(mainPlan(plans)).toBe(plans[1]);
    expect(mainPlan([record(indexed, 100), record(scan({ 'Shared Hit Blocks': 500 }))])?.executions).toBe(
      100,
    );
    expect(mainPlan([wrapper])).toBeNull();
  });

  test('reads as lines, worst estimates marked', () => {
    expect(planView({ plans: [record(sorted(scan()))], laterPlans: [] })?.lines).toEqual([
      'Sort: 50 rows (estimated 10, 5.00× off), 0 blocks',
      '  Seq Scan leads: 50 rows (estimated 10, 5.00× off), 950 removed, 42 blocks',
    ]);
  });

  test('says of how many executions its figures are the mean', () => {
    const mean = { ...planTree(scan()), blocks: 42.05, tempBlocks: 0.05, rows: 50.25, rowsRemoved: 0 };
    const plans = [{ statement: 'SELECT', executions: 20, root: mean }];
    expect(planView({ plans, laterPlans: [] })?.lines).toEqual([
      '20 executions, figures of one:',
      'Seq Scan leads: 50.3 rows (estimated 10, 5.03× off), 42 blocks, 0.05 temporary',
    ]);
  });

  test('says what becomes of it from the sixth execution on', () => {
    expect(planView({ plans: [record(indexed)], laterPlans: [record(scan())] })?.laterText).toBe(
      'leads: Index Scan on leads_email_key → Seq Scan; leads: 0 → 950 rows removed',
    );
    expect(planView({ plans: [record(indexed)], laterPlans: [] })?.laterText).toBeNull();
  });

  test('says what becomes of another statement than the main one', () => {
    const main = { ...record(scan({ 'Shared Hit Blocks': 500 })), statement: 'SELECT FROM sends' };
    const plans = [main, record(indexed)];
    const text = 'SELECT: leads: Index Scan on leads_email_key → Seq Scan, leads: 0 → 950 rows removed';
    expect(planView({ plans, laterPlans: [main, record(scan())] })?.laterText).toBe(text);
    const most = record(scan({ 'Shared Hit Blocks': 900 }));
    expect(planView({ plans, laterPlans: [main, most] })?.laterText).toMatch(/^SELECT: leads: Index Scan/);
  });

  test('is not known to stay where nobody looked', () => {
    const view = (laterSeen?: boolean) =>
      planView({
        plans: [record(indexed)],
        laterPlans: [],
        ...(laterSeen === undefined ? {} : { laterSeen }),
      });
    expect([true, false, undefined].map((seen) => view(seen)?.isLaterOpen)).toEqual([false, true, false]);
  });
});
