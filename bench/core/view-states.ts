import type { RunFile } from './run-file.ts';
import type { LockRecord, RelationSize, StateRecord } from './state-record.ts';
import { formatBytes, formatMs, formatPercent } from './units.ts';

/** A state with what it cost to build and what it holds. Sizes are bytes, times milliseconds. */
export interface StateView {
  readonly name: string;
  readonly title: string;
  readonly phases: readonly string[];
  readonly cached: boolean;
  readonly buildMs: number;
  readonly buildText: string;
  readonly walBytes: number;
  readonly walText: string;
  readonly bytes: number;
  readonly bytesText: string;
  /** Against the state before: `+412 MB (+58 %)`; null for the first, and in an ablation, where none comes before another. */
  readonly growthText: string | null;
  readonly tableBytes: number;
  readonly indexBytes: number;
  readonly viewBytes: number;
  readonly tableText: string;
  readonly indexText: string;
  readonly viewText: string;
  readonly ddl: readonly DdlView[];
  /** Whom the phase's locks stopped and for how long, longest first: `leads: writers, up to 1.2 s (ShareLock)`. */
  readonly locks: readonly string[];
  /** Largest first. */
  readonly relations: readonly RelationView[];
}

export interface RelationView extends RelationSize {
  readonly text: string;
}

export interface DdlView {
  readonly place: string;
  readonly statement: string;
  readonly ms: number;
  readonly msText: string;
  readonly walText: string;
}

/** Bytes of one table (with its indexes and views) in each state, in the run's order; null where it does not exist. */
export interface StorageRow {
  readonly table: string;
  readonly byState: readonly (StorageCell | null)[];
}

export interface StorageCell {
  readonly tableBytes: number;
  readonly indexBytes: number;
  readonly viewBytes: number;
  readonly bytes: number;
  readonly text: string;
}

type Kinds = Pick<StorageCell, 'tableBytes' | 'indexBytes' | 'viewBytes'>;

/** The run's states in order. */
export function stateViews(run: RunFile): StateView[] {
  const isChain = run.design === 'chain';
  return run.states.map((state, i) => stateView(state, isChain ? run.states[i - 1] : undefined));
}

function stateView(state: StateRecord, previous: StateRecord | undefined): StateView {
  const { name, title, phases, cached, buildMs, walBytes, bytes } = state;
  const relations = state.relations
    .map((relation) => ({ ...relation, text: formatBytes(relation.bytes) }))
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
  const sizes = kinds(relations);
  return {
    ...{ name, title, phases, cached, buildMs, walBytes, bytes, relations },
    buildText: formatMs(buildMs),
    walText: formatBytes(walBytes),
    bytesText: formatBytes(bytes),
    growthText: previous ? growth(previous.bytes, bytes) : null,
    ...sizes,
    tableText: formatBytes(sizes.tableBytes),
    indexText: formatBytes(sizes.indexBytes),
    viewText: formatBytes(sizes.viewBytes),
    ddl: state.ddl.map((step) => ({
      place: `${step.file}:${step.line}`,
      statement: step.statement,
      ms: step.ms,
      msText: formatMs(step.ms),
      walText: formatBytes(step.walBytes),
    })),
    locks: state.locks.map(lockText),
  };
}

/** `leads: writers, up to 1.2 s (ShareLock)`; only an access exclusive lock stops readers too: PostgreSQL's manual, "Table-Level Locks". */
export function lockText({ relation, mode, heldMs }: LockRecord): string {
  const whom = mode === 'AccessExclusiveLock' ? 'writers and readers' : 'writers';
  return `${relation}: ${whom}, ${heldMs === 0 ? 'seen once' : `up to ${formatMs(heldMs)}`} (${mode})`;
}

/** A change of size with sign: `+412 MB (+58 %)`, `−1.2 GB (−60 %)`, `±0 B`. */
export function growth(before: number, after: number): string {
  if (before === after) return '±0 B';
  const sign = after > before ? '+' : '−';
  const share = before === 0 ? '' : ` (${sign}${formatPercent(Math.abs(after / before - 1))})`;
  return `${sign}${formatBytes(Math.abs(after - before))}${share}`;
}

function kinds(relations: readonly RelationSize[]): Kinds {
  const sum = (kind: RelationSize['kind']) =>
    relations.reduce((total, relation) => total + (relation.kind === kind ? relation.bytes : 0), 0);
  return { tableBytes: sum('table'), indexBytes: sum('index'), viewBytes: sum('view') };
}

/** Storage by table across the states, largest first; beyond `limit` tables the rest are one row. */
export function storageRows(states: readonly StateView[], limit: number): StorageRow[] {
  const tables = [...new Set(states.flatMap(({ relations }) => relations.map(({ table }) => table)))];
  const rows = tables.map((table) => storageRow(states, table, (name) => name === table));
  rows.sort((a, b) => largest(b) - largest(a) || (a.table < b.table ? -1 : 1));
  if (rows.length <= limit) return rows;
  const rest = new Set(rows.slice(limit - 1).map(({ table }) => table));
  const others = storageRow(states, `${rest.size} smaller tables`, (name) => rest.has(name));
  return [...rows.slice(0, limit - 1), others];
}

function storageRow(
  states: readonly StateView[],
  table: string,
  holds: (table: string) => boolean,
): StorageRow {
  return {
    table,
    byState: states.map(({ relations }) => {
      const own = relations.filter((relation) => holds(relation.table));
      if (own.length === 0) return null;
      const bytes = own.reduce((sum, relation) => sum + relation.bytes, 0);
      return { ...kinds(own), bytes, text: formatBytes(bytes) };
    }),
  };
}

function largest(row: StorageRow): number {
  return Math.max(...row.byState.map((cell) => cell?.bytes ?? 0));
}
