import { type ArmGroup, armFigures, statesOf } from './arm.ts';
import { auditClient, type ClientAudit } from './client.ts';
import type { Arm, RunFile, ScenarioRecord } from './run-file.ts';
import { medianInterval } from './statistics.ts';
import { formatCount, formatMs, formatProjectedMs, formatProjectedShort, formatRate } from './units.ts';

/** A variant in one state. */
export interface CellView {
  readonly state: string;
  /** Milliseconds; null where there is no figure, and `why` says so. */
  readonly ms: number | null;
  /** `412 ms`, `≥ 282 s` or `—`. */
  readonly text: string;
  /** As `text`, and from how much it was projected. */
  readonly longText: string;
  /** Exact 95 % interval of `ms` over the blocks; null from fewer than six blocks, and for a projection. */
  readonly interval95Ms: readonly [number, number] | null;
  readonly projected: boolean;
  readonly why: string | null;
  /** Trouble of the arm; null for one that ran, and for one that did not. */
  readonly error: string | null;
  readonly rate: string | null;
  readonly blocks: number;
  readonly executions: number;
  /** Block values in milliseconds. */
  readonly samples: readonly { readonly block: number; readonly ms: number }[];
  readonly digest: string | null;
  /** Whether the time is the server's, and what the client did meanwhile; null where nobody watched it. */
  readonly client: ClientAudit | null;
}

/** What the run says of a variant in a state, or why it says nothing. */
export function cellView(run: RunFile, scenario: ScenarioRecord, group: ArmGroup, state: string): CellView {
  const arm = group.arms.find((one) => one.state === state);
  if (!statesOf(run, scenario.name).includes(state)) return emptyCell(state, NOTHING_CHANGES);
  if (!arm) return emptyCell(state, absence(run));
  const figures = armFigures(arm);
  if (figures.ms === null)
    return { ...emptyCell(state, arm.error ?? noValue(arm)), error: arm.error, ...answerOf(arm) };
  const { ms, projected } = figures;
  const unit = scenario.writes ? 'rows' : scenario.unit;
  return {
    state,
    ms,
    text: projected ? formatProjectedShort(ms) : formatMs(ms),
    longText: projected ? formatProjectedMs(ms, figures.done, unit) : formatMs(ms),
    interval95Ms: projected ? null : medianInterval([...figures.byBlock.values()], 0.025),
    projected,
    why: null,
    error: null,
    rate: figures.perSecond === null ? null : formatRate(figures.perSecond, scenario.unit),
    blocks: figures.blocks,
    executions: figures.executions,
    samples: [...figures.byBlock].map(([block, value]) => ({ block, ms: value })),
    ...answerOf(arm),
    client: auditClient(arm),
  };
}

function answerOf(arm: Arm): { digest: string | null } {
  return { digest: arm.answer?.digest ?? null };
}

function emptyCell(state: string, why: string): CellView {
  const none = {
    ms: null,
    interval95Ms: null,
    projected: false,
    error: null,
    rate: null,
    blocks: 0,
    executions: 0,
    samples: [],
    digest: null,
    client: null,
  };
  return { state, text: '—', longText: `— (${why})`, why, ...none };
}

const NOTHING_CHANGES = 'this phase cannot touch it';

function noValue(arm: Arm): string {
  return arm.samples.length === 0 ? 'no samples' : 'its time budget ended before one unit was done';
}

function absence(run: RunFile): string {
  return run.status === 'complete' ? 'not part of this run' : `not reached: the run is ${run.status}`;
}

/** `30 blocks, 240 executions`, for a caption or a cell. */
export function samplesText(cell: CellView): string {
  const blocks = `${formatCount(cell.blocks)} ${cell.blocks === 1 ? 'block' : 'blocks'}`;
  return cell.executions === cell.blocks ? blocks : `${blocks}, ${formatCount(cell.executions)} executions`;
}
