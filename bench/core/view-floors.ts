import { answerFacts, isWrong } from './answers.ts';
import type { ArmGroup } from './arm.ts';
import type { Floor } from './run-file.ts';
import { median } from './statistics.ts';
import { formatAmount, formatMs, formatRatio } from './units.ts';
import type { CellView } from './view-cells.ts';

/** The least this server could need: a time, or pages, to which the blocks asked for are held. */
export interface FloorView {
  readonly title: string;
  readonly state: string;
  readonly text: string;
  readonly ratioText: string;
}

/** The floor beside its arm; null where there is nothing to hold against it. */
export function floorView(floor: Floor, group: ArmGroup, cells: readonly CellView[]): FloorView | null {
  const own = { title: floor.title, state: floor.state };
  const arm = group.arms.find(({ state }) => state === floor.state);
  // Nothing is held against the time of a wrong answer.
  if (arm && isWrong(answerFacts(arm))) return null;
  const counters = arm?.counters ?? [];
  if (floor.pages && counters.length > 0) {
    const blocks = median(counters.map(({ sharedBlocks }) => sharedBlocks));
    const ratioText = formatRatio(blocks / floor.pages);
    return { ...own, text: formatAmount(floor.pages, 'page'), ratioText };
  }
  if (floor.samplesMs.length === 0) return null;
  const ms = median(floor.samplesMs);
  const cell = cells.find(({ state }) => state === floor.state);
  const sign = cell?.projected ? '≥ ' : '';
  const ratioText = cell?.ms && ms > 0 ? `${sign}${formatRatio(cell.ms / ms)}` : '—';
  return { ...own, text: formatMs(ms), ratioText };
}
