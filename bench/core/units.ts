const COUNT_FACTOR: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6 };
const DURATION_FACTOR: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 60e3, h: 3600e3 };
const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Thin no-break space would be prettier, but terminals and `grep` handle a plain space better. */
const SPACE = ' ';
const MINUS = '−';

/** Reads `1500`, `100k`, `2M`, `1.5M`. Null when the text is not a positive whole count. */
export function parseCount(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)([km]?)$/i.exec(text.trim());
  const value = scaled(match, COUNT_FACTOR);
  return value !== null && Number.isSafeInteger(value) && value > 0 ? value : null;
}

/** Reads `250ms`, `90s`, `5m`, `1h` as milliseconds. Null for anything else, and for zero. */
export function parseDurationMs(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/i.exec(text.trim());
  const value = scaled(match, DURATION_FACTOR);
  return value !== null && value > 0 ? value : null;
}

function scaled(match: RegExpExecArray | null, factors: Readonly<Record<string, number>>): number | null {
  const factor = factors[match?.[2]?.toLowerCase() ?? 'none'];
  if (!match || factor === undefined) return null;
  // 0.29 × 100 is 28.999999999999996 in binary floating point; a count typed in decimal is not.
  return Number((Number(match[1]) * factor).toPrecision(15));
}

/** A whole count with thousands separators: `213,000`. */
export function formatCount(count: number): string {
  return grouped(Math.round(count).toString());
}

/** A count of things: `1 block`, `1,200 blocks`. */
export function formatAmount(count: number, thing: string): string {
  return `${formatCount(count)}${SPACE}${thing}${count === 1 ? '' : 's'}`;
}

/** A count as a person says it, when it is a round one: `2M`, `100k`, else as `formatCount`. */
export function formatScale(count: number): string {
  if (count >= 1e6 && count % 1e5 === 0) return `${count / 1e6}M`;
  if (count >= 1e3 && count % 1e3 === 0 && count < 1e6) return `${count / 1e3}k`;
  return formatCount(count);
}

/** A duration: `0.31 ms`, `412 ms`, `3.4 s`, `4 min 12 s`, `2 h 5 min`. */
export function formatMs(ms: number): string {
  if (ms === 0) return '0 ms';
  if (ms < 999.5) return `${significant(ms)}${SPACE}ms`;
  if (ms < 119_500) return `${significant(ms / 1e3)}${SPACE}s`;
  const seconds = Math.round(ms / 1e3);
  if (seconds < 3600) return twoParts(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  return twoParts(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

/**
 * A duration that was projected, not measured: `≥ 282 s, projected from 213,000 rows`. Seconds with
 * three digits, never `4 min 42 s`: a projection does not know the second it would have ended in.
 */
export function formatProjectedMs(ms: number, done: number, unit: string): string {
  return `${formatProjectedShort(ms)}, projected from ${formatCount(done)}${SPACE}${unit}`;
}

/** The figure of `formatProjectedMs` alone, for a table cell that marks a projection otherwise: `≥ 282 s`. */
export function formatProjectedShort(ms: number): string {
  if (ms < 999.5) return `≥${SPACE}${significant(ms)}${SPACE}ms`;
  return `≥${SPACE}${threeDigits(ms / 1e3)}${SPACE}s`;
}

/** Decimal bytes: `512 B`, `8.2 kB`, `412 MB`, `3.4 GB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 && Number.isInteger(value) ? value : significant(value)}${SPACE}${BYTE_UNITS[unit] ?? 'TB'}`;
}

/** A ratio: `1.04×`, `12.3×`, `1,240×`. */
export function formatRatio(ratio: number): string {
  return `${ratio < 0.995 ? ratio.toPrecision(2) : threeDigits(ratio)}×`;
}

/** A share of one as percent: 0.953 is `95.3 %`, with the digits that tell 99.93 from 100. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  const rest = 100 - Math.abs(percent);
  const digits = rest > 0 && rest < 0.95 ? Math.min(4, Math.floor(-Math.log10(rest)) + 1) : 1;
  const text = percent.toFixed(digits).replace(/\.0$/, '').replace('-', MINUS);
  return `${text === `${MINUS}0` ? '0' : text}${SPACE}%`;
}

/** A change of time from a ratio before ÷ after, with sign and word: `faster −95 %`, `slower +12 %`, `same ±0 %`. */
export function formatChange(ratio: number): string {
  const change = 1 / ratio - 1;
  const text = formatPercent(change);
  if (text === `0${SPACE}%`) return `same ±0${SPACE}%`;
  return change < 0 ? `faster ${text}` : `slower +${text}`;
}

/** Work per second: `2,310 leads/s`, `0.42 queries/s`. */
export function formatRate(perSecond: number, unit: string): string {
  return `${formatFigure(perSecond)}${SPACE}${unit}/s`;
}

/** A measured figure without a unit: `2,310`, `42`, `0.42`. */
export function formatFigure(value: number): string {
  if (value === 0) return '0';
  return value >= 99.5 ? formatCount(Number(value.toPrecision(3))) : significant(value);
}

/** Two significant digits below ten, whole numbers from ten on. */
function significant(value: number): string {
  if (value >= 9.95) return grouped(Math.round(value).toString());
  return value >= 0.995 ? value.toFixed(1) : value.toPrecision(2);
}

function threeDigits(value: number): string {
  return value < 99.95 ? value.toPrecision(3) : grouped(Number(value.toPrecision(3)).toString());
}

function twoParts(large: number, largeUnit: string, small: number, smallUnit: string): string {
  const head = `${large}${SPACE}${largeUnit}`;
  return small === 0 ? head : `${head}${SPACE}${small}${SPACE}${smallUnit}`;
}

function grouped(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? text : `${text}.${fraction}`;
}
