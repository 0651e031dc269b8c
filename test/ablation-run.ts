import type { PlanNode } from '../bench/core/plan-tree.ts';
import type { Arm, RunFile } from '../bench/core/run-file.ts';
import { node, planOf, repetitions } from './counted-arm.ts';
import { sampleRun } from './sample-run.ts';

const WHOLE = 'views';
const OBJECTS = ['idx_leads_trgm', 'idx_leads_tags_gin', 'idx_leads_created_at'] as const;
/** How much longer a scenario takes without an object; a write takes less. */
const FACTORS: Readonly<Record<string, readonly [number, number, number]>> = {
  'lead-list': [1, 1, 9],
  'lead-search': [12, 1, 1],
  'lead-lookup': [1, 1, 1],
  segmentation: [1, 20, 1],
  'import-100k': [0.6, 0.8, 1],
};
const BLOCKS = 20;

/** An ablation of three indexes: each serves one read, two of them slow the import, and no state is projected. */
export function indexAblation(): RunFile {
  const run = sampleRun();
  const scenarios = run.scenarios
    .filter(({ name }) => name in FACTORS)
    .map((one) => ({ ...one, variants: one.variants.filter(({ main }) => main) }));
  const isWanted = (arm: Arm) =>
    arm.state === WHOLE &&
    scenarios.some(
      ({ name, variants }) => name === arm.scenario && variants.some((one) => one.name === arm.variant),
    );
  const whole = run.arms.filter(isWanted);
  const states = run.states.filter(({ name }) => name === WHOLE);
  return {
    ...run,
    ...{ design: 'ablation', scenarios, claims: [] },
    states: [
      ...OBJECTS.flatMap((object) => states.map((state) => ({ ...state, name: `without ${object}` }))),
      ...states,
    ],
    arms: whole.flatMap((arm) => [
      ...OBJECTS.map((object, i) => without(arm, object, FACTORS[arm.scenario]?.[i] ?? 1)),
      timed(arm, 1, 0),
    ]),
  };
}

function without(arm: Arm, object: string, factor: number): Arm {
  const { plans, ...timedArm } = timed(arm, factor, 1 + object.length);
  return { ...timedArm, state: `without ${object}`, plans: factor > 1 ? [planOf(SCAN)] : plans };
}

function timed(arm: Arm, factor: number, shift: number): Arm {
  const [sample] = arm.samples;
  const samples = Array.from({ length: BLOCKS }, (_, block) => ({
    ...{ client: null, ...sample, block, order: 0, done: sample?.total ?? 1, total: sample?.total ?? 1 },
    executionsMs: [(sample?.executionsMs[0] ?? 1) * factor * (1 + 0.01 * Math.sin(block * 2 + shift))],
  }));
  const blocks = factor > 1 ? 9000 : 60;
  return { ...arm, samples, counters: repetitions({ sharedBlocks: blocks }), plans: [planOf(SEEK)] };
}

const SCAN: PlanNode = node({ node: 'Seq Scan', relation: 'leads', blocks: 9000, rowsRemoved: 99_950 });
const SEEK: PlanNode = node({ node: 'Index Scan', relation: 'leads', index: 'leads_by_all', blocks: 60 });
