import { describe, expect, it } from 'vitest';
import { countedArm, indexScan, planOf, seqScan } from '../../test/counted-arm.ts';
import type { Arm } from './run-file.ts';
import { planChangeText } from './view-evidence.ts';

const [byIndex, fromEndToEnd] = [planOf(indexScan('leads')), planOf(seqScan('leads'))];
const text = (before: Partial<Arm>, after: Partial<Arm>) => {
  const arms = [countedArm({ ...before, state: 'base' }), countedArm({ ...after, state: 'views' })];
  const named = { scenario: 'lead-list', variant: 'page=1', role: 'app', cache: 'hot' as const };
  return planChangeText({ ...named, arms, control: null }, 'base', 'views');
};

describe('what differs between the plans of two states', () => {
  it('is told for the first executions and for those from the sixth on', () => {
    const change = 'leads: Index Scan on leads_key → Seq Scan';
    expect(text({}, {})).toBe('same plan');
    expect(text({}, { plans: [fromEndToEnd] })).toBe(change);
    expect(text({}, { laterPlans: [fromEndToEnd] })).toBe(
      `same plan; from the sixth execution on: ${change}`,
    );
    expect(text({ laterPlans: [fromEndToEnd] }, { plans: [fromEndToEnd], laterPlans: [fromEndToEnd] })).toBe(
      `${change}; from the sixth execution on: same plan`,
    );
    const both = { plans: [byIndex], laterPlans: [fromEndToEnd] };
    expect(text(both, both)).toBe('same plan');
  });

  it('has figures for each unit of work', () => {
    const rows = {
      plans: [{ ...planOf({ ...indexScan('leads'), blocks: 30 }), executions: 20 }],
      planUnits: 20,
    };
    const bulk = { plans: [planOf({ ...seqScan('leads'), blocks: 2_000_000 })], planUnits: 100_000 };
    expect(text(rows, bulk)).toContain('in all 30 → 20 blocks for each unit of work');
  });
});
