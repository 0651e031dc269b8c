import type { Arm, ClientLoad, RunFile } from '../bench/core/run-file.ts';
import { indexAblation } from './ablation-run.ts';
import { abortedRun, HOSTILE, sampleRun } from './sample-run.ts';

/** The sample run as an ablation: each of its states lacks something that the last one has. */
export function ablationRun(): RunFile {
  return { ...sampleRun(), design: 'ablation' };
}

/** The sample run with its first state only, so that there is nothing to compare. */
export function loneRun(): RunFile {
  const run = sampleRun();
  return {
    ...run,
    states: run.states.slice(0, 1),
    arms: run.arms.filter(({ state: name }) => name === 'base'),
    floors: [],
  };
}

/** The sample run with first and last state exchanged: what was faster is slower. */
export function reversedRun(): RunFile {
  const run = sampleRun();
  const other: Readonly<Record<string, string>> = { base: 'views', views: 'base' };
  return { ...run, arms: run.arms.map((one) => ({ ...one, state: other[one.state] ?? one.state })) };
}

/** The sample run with arms that failed: every arm that `picks` says yes to. */
export function failedRun(picks: (one: Arm) => boolean, error = 'permission denied'): RunFile {
  const run = sampleRun();
  const failed = { samples: [], answer: null, error };
  return { ...run, arms: run.arms.map((one) => (picks(one) ? { ...one, ...failed } : one)) };
}

/** The sample run with a client that was busy, or did what else is asked, in every arm that `picks` says yes to. */
export function busyRun(
  picks: (one: Arm) => boolean,
  client: Partial<ClientLoad> = { loopShare: 0.95 },
): RunFile {
  const run = sampleRun();
  const quiet = { cpuShare: 0.2, loopShare: 0.2, gcShare: 0, delayMs: 0.4, idleMs: 0.1 };
  const busy = (one: Arm) => one.samples.map((sample) => ({ ...sample, client: { ...quiet, ...client } }));
  return { ...run, arms: run.arms.map((one) => (picks(one) ? { ...one, samples: busy(one) } : one)) };
}

/** The sample run with a second copy of an arm's state that took so many times as long. */
export function movedRun(picks: (one: Arm) => boolean, factor = 2): RunFile {
  const run = sampleRun();
  const copies = run.arms.filter(picks).map((one) => ({
    ...{ ...one, control: true },
    samples: one.samples.map((sample) => ({
      ...sample,
      executionsMs: sample.executionsMs.map((ms) => ms * factor),
    })),
  }));
  return { ...run, arms: [...run.arms, ...copies] };
}

/** The sample run with a hostile name wherever a suite or a database may give one. */
export function hostileRun(): RunFile {
  const { name } = HOSTILE;
  const run = failedRun(({ variant, state: of }) => variant === 'term 16 %' && of === 'views', name);
  const named = <T extends { state: string }>(one: T): T =>
    one.state === 'views' ? { ...one, state: name } : one;
  const rename = (from: string, to: string) => (text: string) => (text === from ? to : text);
  const [scenario, variant] = [rename('lead-list', name), rename('page 1', name)];
  return {
    ...run,
    suite: { ...run.suite, title: name },
    scenarios: run.scenarios.map((one) => ({
      ...one,
      name: scenario(one.name),
      variants: one.variants.map((of) => ({ ...of, name: variant(of.name) })),
    })),
    states: run.states.map((one) => ({ ...one, name: rename('views', name)(one.name) })),
    arms: run.arms.map((one) => ({
      ...named(one),
      scenario: scenario(one.scenario),
      variant: variant(one.variant),
    })),
    floors: run.floors.map(named),
    ...{ mix: null, objectives: [], warnings: [name] },
  };
}

/** One run of each shape that a report has to show. */
export const EVERY_RUN = {
  ...{ sampleRun, reversedRun, abortedRun, ablationRun, indexAblation, loneRun, hostileRun },
} as const;
