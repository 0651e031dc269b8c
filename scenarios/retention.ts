import { type Answer, defineScenario, type Fixtures } from 'mailgenius-bench';
import { unorderedAnswer, unorderedDigest, unorderedSql } from 'mailgenius-bench/digest';
import { uuidAt, uuidKeys } from '../bench/core/random.ts';
import type { Application } from '../db/application.ts';
import { campaignPlanOf } from '../fixtures/model/campaign-plan.ts';
import { sendsOf } from '../fixtures/model/send-model.ts';
import { DAY_MS, START_MS } from '../fixtures/model/timeline.ts';
import { sendsTable } from './model/sends-table.ts';

interface Input {
  readonly days: number;
  /** The moment that retention reaches back to lies in the day that begins here. */
  readonly day: Date;
  readonly sends: number;
}

/** The sends of an average month, of 24. */
const SHARE = 1 / 24;

export default defineScenario<Application, null, Input, number>({
  title: 'Retention of sends',
  help: 'The oldest whole months that hold a 24th of all sends, and a day more, are removed.',
  claim: 'retention',
  unit: 'runs',
  writes: true,
  tables: ['workspaces', 'users', 'workspace_members', 'leads', 'campaigns', 'email_sends'],
  variants: () => [{ name: 'month', parameters: null, main: true, role: 'owner' }],

  async input(_, { fixtures }) {
    const day = firstKeptDay(fixtures);
    const days = Math.floor((Date.now() - day.getTime()) / DAY_MS);
    return { days, day, sends: campaignPlanOf(fixtures).sends };
  },

  async run({ app, db, input: { days } }) {
    return { result: await app.expireSends(db, days), done: 1, total: 1 };
  },

  async answer({ input: { day, sends }, outcome: { result }, owner }) {
    const { rows } = await owner.query<Found>(foundSql(await sendsTable(owner)), [day, nextDay(day)]);
    const { older = 0, all = 0, rows: kept = 0, sum = null } = rows[0] ?? {};
    return answerOf(unorderedAnswer(kept, sum), older, result === sends - all);
  },

  oracle({ day }, _done, fixtures) {
    const sendAt = sendsOf(fixtures);
    const ids = uuidKeys(fixtures.seed, 'email_sends');
    const from = nextDay(day).getTime() - START_MS;
    const { sends } = campaignPlanOf(fixtures);
    const kept = Array.from({ length: sends }, (_, row) => row).filter(
      (row) => sendAt(row).createdAt >= from,
    );
    return answerOf(unorderedDigest(kept.map((row) => uuidAt(ids, row))), 0, true);
  },
});

interface Found {
  /** Sends that should be gone. */
  readonly older: number;
  readonly all: number;
  readonly rows: number;
  readonly sum: string | null;
}

/** The day in between moves on with the clock: its sends are in `all` only. */
const foundSql = (table: string): string => `
  SELECT (SELECT count(*)::int FROM ${table} WHERE created_at < $1) AS older,
         (SELECT count(*)::int FROM ${table}) AS all,
         kept.rows, kept.sum
  FROM (SELECT ${unorderedSql('id::text')} FROM ${table} WHERE created_at >= $2) AS kept`;

function answerOf(kept: Answer, older: number, isCountTrue: boolean): Answer {
  return { digest: `${kept.digest} older=${older} countTrue=${isCountTrue}`, rows: kept.rows };
}

/** The first of a month: the first one before which there are enough sends. */
function firstKeptDay(fixtures: Fixtures): Date {
  const { campaigns, sends } = campaignPlanOf(fixtures);
  const reached = campaigns.find(({ firstSend, size }) => firstSend + size >= sends * SHARE);
  const at = new Date(START_MS + (reached?.at ?? 0));
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1));
}

function nextDay(day: Date): Date {
  return new Date(day.getTime() + DAY_MS);
}
