import { planMean, planSum } from '../core/plan-mean.ts';
import { type PlanNode, planShape, planTree } from '../core/plan-tree.ts';
import type { PlanRecord } from '../core/run-file.ts';
import { identifier, type Notice, type Session } from './session.ts';
import type { Sessions } from './sessions.ts';

const STATEMENT_LETTERS = 400;

export interface PlanSessionOptions {
  readonly database: string;
  /** Role whose rights and policies apply. */
  readonly role: string;
  /** Statements quicker than this, in milliseconds, are not told: a large import checks a foreign key for each row. */
  readonly leastMs: number;
  readonly readOnly: boolean;
}

/** A session that tells its plans. */
export interface PlanSession {
  readonly db: Session;
  /** The plans since the last call: equal ones of a statement once, with their mean figures. */
  take(): PlanRecord[];
}

/**
 * Opens a session in which auto_explain tells the plan of every statement, also of those inside functions. The role
 * itself logs in, as where it is timed: so it has the settings of its own, and is the session's user.
 */
export async function withPlans<T>(
  sessions: Sessions,
  { database, role, leastMs, readOnly }: PlanSessionOptions,
  work: (session: PlanSession) => Promise<T>,
): Promise<T> {
  const found = new PlanCollector();
  const settings = {
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': String(leastMs),
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_buffers': 'on',
    'auto_explain.log_timing': 'off',
    'auto_explain.log_nested_statements': 'on',
    'auto_explain.log_format': 'json',
    'auto_explain.log_level': 'notice',
    'auto_explain.log_parameter_max_length': '0',
    client_min_messages: 'notice',
    ...(readOnly ? { default_transaction_read_only: 'on' } : {}),
  };
  const onNotice = ({ message }: Notice) => found.hear(message);
  // Most of these are the owner's alone, until lent.
  const lend = `GRANT SET ON PARAMETER ${Object.keys(settings).join(', ')} TO ${identifier(role)}`;
  await sessions.admin((admin) => admin.script(lend));
  return sessions.with({ database, user: role, settings, onNotice }, (db) =>
    work({ db, take: () => found.take() }),
  );
}

class PlanCollector {
  #plans = new Map<string, { statement: string; executions: number; sum: PlanNode }>();

  hear(text: string): void {
    const json = /^duration: [\d.]+ ms\s+plan:\s*(\{[\s\S]*)$/.exec(text)?.[1];
    if (json === undefined) return;
    const { 'Query Text': query = '', Plan } = JSON.parse(json) as { 'Query Text'?: string; Plan: unknown };
    const root = planTree(Plan);
    const statement = cut(query);
    const key = `${statement}\n${planShape(root)}`;
    const known = this.#plans.get(key);
    if (known) {
      known.executions += 1;
      known.sum = planSum(known.sum, root);
    } else this.#plans.set(key, { statement, executions: 1, sum: root });
  }

  take(): PlanRecord[] {
    const plans = [...this.#plans.values()];
    this.#plans = new Map();
    return plans.map(({ statement, executions, sum }) => {
      return { statement, executions, root: planMean(sum, executions) };
    });
  }
}

/** One line, of bounded length. */
function cut(query: string): string {
  const line = query.replace(/\s+/g, ' ').trim();
  return line.length <= STATEMENT_LETTERS ? line : `${line.slice(0, STATEMENT_LETTERS)} …`;
}
