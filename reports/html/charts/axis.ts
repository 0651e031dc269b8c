import { scaleLinear, scaleLog } from 'd3-scale';
import { formatMs } from '../../../bench/core/units.ts';
import { html, type Markup } from '../markup.ts';
import { paint } from '../palette.ts';

/** A position on an axis for a value, and the values worth a line. */
export interface Axis {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** A logarithmic axis over all positive values with a little room on both sides. */
export function logAxis(values: readonly number[], from: number, to: number, room = 1.25): Axis {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  const [low, high] = positive.length > 0 ? [Math.min(...positive), Math.max(...positive)] : [1, 10];
  const scale = scaleLog([low / room, high * room], [from, to]).clamp(true);
  const ticks = logTicks(low / room, high * room);
  // A narrow range may hold no round power: then any round values will do.
  const some = ticks.length > 1 ? ticks : scaleLinear([low / room, high * room], [from, to]).ticks(4);
  return { at: (value) => round(scale(value)), ticks: some };
}

/** 1, 10, 100 … over more than two decades, else also 2 and 5. */
function logTicks(low: number, high: number): number[] {
  const steps = high / low > 300 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1)
    for (const step of steps) ticks.push(Number(`${step}e${power}`));
  return ticks.filter((tick) => tick >= low && tick <= high);
}

/** A linear axis from zero. */
export function zeroAxis(values: readonly number[], from: number, to: number, count = 5): Axis {
  const high = Math.max(...values.filter(Number.isFinite), Number.MIN_VALUE);
  const scale = scaleLinear([0, high * 1.04], [from, to]);
  return { at: (value) => round(scale(value)), ticks: scale.ticks(count) };
}

/** Vertical lines with their values below. */
export function gridLines(axis: Axis, top: number, bottom: number, format = formatMs): Markup {
  return html`${axis.ticks.map(
    (tick) =>
      html`<line x1="${axis.at(tick)}" x2="${axis.at(tick)}" y1="${top}" y2="${bottom}"${paint({ stroke: 'rule' })}/><text x="${axis.at(tick)}" y="${bottom + 14}" text-anchor="middle" font-size="11"${paint({ fill: 'faint' })}>${format(tick)}</text>`,
  )}`;
}

/** A tenth of a pixel is enough, and keeps files small. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
