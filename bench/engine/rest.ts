import type { Session } from '../postgres/session.ts';
import type { Sessions } from '../postgres/sessions.ts';
import {
  catalogTables,
  changedTables,
  type TableVersions,
  tableVersions,
} from '../postgres/table-versions.ts';
import type { Emit } from './events.ts';

/**
 * The same rest for every state: statistics, visibility map, frozen rows, nothing left to write. A table that the phase
 * left as it was, in `before`, is at rest already, and keeps the statistics it shares with the state before: another
 * sample of the same rows could have the planner choose otherwise.
 */
export async function settle(session: Session, before: TableVersions | null, emit: Emit): Promise<void> {
  emit({ kind: 'stage', title: 'vacuum and analyze', total: null, unit: '' });
  const changed = before && changedTables(before, await tableVersions(session));
  const tables = changed ? [...(await catalogTables(session)), ...changed] : [];
  await session.script(`VACUUM (FREEZE, ANALYZE) ${tables.join(', ')}`);
  await session.script('CHECKPOINT');
}

/** Changes a state as one more phase would: what it writes to is at rest again afterwards. */
export function changeState(sessions: Sessions, database: string, sql: string, emit: Emit): Promise<void> {
  const settings = { default_transaction_read_only: 'off' };
  return sessions.with({ database, settings }, async (session) => {
    const versions = await tableVersions(session);
    await session.script(sql);
    await settle(session, versions, emit);
  });
}
