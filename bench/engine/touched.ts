import { type Definitions, pathToChange, type Use } from '../core/dependencies.ts';
import type { Connection } from '../core/suite.ts';
import { flushCounters } from '../postgres/counters.ts';
import { executedTexts, readDefinitions, usedNames } from '../postgres/definitions.ts';
import { identifier, sqlState } from '../postgres/session.ts';
import { type Reach, withReach } from './application.ts';
import { tried } from './attempt.ts';
import { SuiteError } from './guarded.ts';
import { type Bench, budgetOf, inCopy, openSession, roleOf } from './measure.ts';
import type { Plan, Unit } from './plan.ts';
import { recording, type Sent } from './recording.ts';
import type { StateDatabase } from './states.ts';
import type { NamedScenario } from './suite-folder.ts';

/** A scenario, and how a change reaches it; null where it does not. */
export interface Touched {
  readonly scenario: string;
  readonly through: readonly string[] | null;
}

/**
 * Which scenarios a change may reach: those that `isCodeChanged` names, and those whose statements, executed once in
 * copies of `head`, lead to something that differs between the two databases.
 */
export async function touchedScenarios(
  bench: Bench,
  plan: Plan,
  [base, head]: readonly [StateDatabase, StateDatabase],
  isCodeChanged: (scenario: string) => boolean,
): Promise<Touched[]> {
  const definitionsOf = ({ database }: StateDatabase) => bench.sessions.with({ database }, readDefinitions);
  const definitions: [Definitions, Definitions] = [await definitionsOf(base), await definitionsOf(head)];
  const touched: Touched[] = [];
  for (const scenario of plan.scenarios) {
    const through = isCodeChanged(scenario.name)
      ? ['its code']
      : await pathOf(bench, plan, scenario, head, definitions);
    touched.push({ scenario: scenario.name, through });
  }
  return touched;
}

/** A scenario that the head refuses is touched: what it does in the base was seen to work. */
async function pathOf(
  bench: Bench,
  plan: Plan,
  scenario: NamedScenario,
  head: StateDatabase,
  definitions: readonly [Definitions, Definitions],
): Promise<readonly string[] | null> {
  const use = await tried(() => useOf(bench, plan, scenario, head));
  if ('value' in use) return pathToChange(use.value, definitions);
  if (sqlState(use.error) === null && !(use.error instanceof SuiteError)) throw use.error;
  return [`an error in the head: ${use.error instanceof Error ? use.error.message : use.error}`];
}

/** What the scenario does, from one execution of each variant. */
export async function useOf(
  bench: Bench,
  plan: Plan,
  scenario: NamedScenario,
  state: StateDatabase,
): Promise<Use> {
  const units = plan.units.filter((unit) => unit.scenario === scenario);
  const { writes } = scenario.scenario;
  const groups = writes ? units.map((unit) => [unit]) : [units];
  const sent: Sent[] = [];
  const [observed, executed]: [string[], string[]] = [[], []];
  for (const group of groups) {
    await inCopy(bench.sessions, state, async (database) => {
      await watchEverything(bench, database);
      for (const unit of group) await executeOnce(bench, unit, { ...state, database }, sent);
      observed.push(...(await bench.sessions.with({ database }, usedNames)));
      executed.push(...(await bench.sessions.admin((admin) => executedTexts(admin, database))));
    });
  }
  const texts = sent.flatMap(({ values }) => values.filter((value) => typeof value === 'string'));
  return { statements: sent.map(({ sql }) => sql), executed: [...executed, ...texts], observed, writes };
}

/** Has the server keep account of functions, and of statements inside them, whatever their text was put together from. */
async function watchEverything({ sessions }: Bench, database: string): Promise<void> {
  const set = (name: string) => `ALTER DATABASE ${identifier(database)} SET ${name} = 'all'`;
  const sql = [set('track_functions'), set('pg_stat_statements.track')].join('; ');
  await sessions.admin((admin) => admin.script(sql));
}

async function executeOnce(bench: Bench, unit: Unit, state: StateDatabase, sent: Sent[]): Promise<void> {
  const { sessions, fixtures, profile } = bench;
  const { scenario } = unit.scenario;
  const { database } = state;
  const input = await sessions.with({ database }, (owner) =>
    scenario.input(unit.variant.parameters, { fixtures, owner }),
  );
  await withReach(sessions, { database, user: roleOf(bench, unit) }, async (reach) => {
    const { db, connections } = recordingReach(reach, sent);
    await openSession(bench, state, db);
    const context = { app: state.state.operations, db, connections, input };
    await scenario.before?.({ ...context, budget: budgetOf(null) });
    const outcome = await scenario.run({ ...context, budget: budgetOf(profile.budgetMs) });
    await flushCounters(reach.db);
    await sessions.with({ database }, (owner) =>
      scenario.answer({ input, outcome, owner: recording(owner, sent) }),
    );
  });
}

function recordingReach({ db, connections }: Reach, sent: Sent[]): Reach {
  return {
    db: recording(db, sent),
    connections: {
      open: async () => recordingConnection(await connections.open(), sent),
    },
  };
}

function recordingConnection(connection: Connection, sent: Sent[]): Connection {
  return { ...recording(connection, sent), close: () => connection.close() };
}
