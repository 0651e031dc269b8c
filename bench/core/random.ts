/**
 * Seeded randomness without state: a value is a function of a stream (seed, table, column) and a row.
 * Editing one column therefore never shifts another, and any row can be made alone.
 */

const TWO_32 = 2 ** 32;

/** Key of an independent stream of numbers; one per seed, table and column. */
export function streamKey(seed: number, ...names: readonly string[]): number {
  let key = mix(seed ^ 0x5bd1e995);
  for (const name of names) {
    for (let i = 0; i < name.length; i += 1) key = Math.imul(key ^ name.charCodeAt(i), 0x01000193);
    key = mix(key ^ name.length);
  }
  return key;
}

/**
 * 32 random bits for a row of a stream, as an unsigned integer. For one key it is a bijection of
 * 0 … 2^32-1, so rows never collide. The finalizer is Chris Wellons' `lowbias32`
 * (https://nullprogram.com/blog/2018/07/31/).
 */
export function hash32(key: number, row: number): number {
  let x = Math.imul(row, 0x9e3779b1) ^ key;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

function mix(value: number): number {
  return hash32(0, value);
}

/** A number in [0, 1) for a row of a stream. */
export function unit(key: number, row: number): number {
  return hash32(key, row) / TWO_32;
}

/** An integer in [0, n) for a row of a stream. */
export function below(key: number, row: number, n: number): number {
  return Math.floor((hash32(key, row) * n) / TWO_32);
}

/** Draws an index by weight from one 32-bit number, in constant time. */
export interface Weighted {
  /** The declared share of each index, summing to 1. */
  readonly shares: readonly number[];
  /** The index for 32 random bits. */
  at(bits: number): number;
}

/** Weighted choice by Vose's alias method; `weights` need not sum to 1 but must be positive somewhere. */
export function weighted(weights: readonly number[]): Weighted {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => weight / total);
  const { limits, aliases } = aliasTables(shares);
  const n = shares.length;
  const at = (bits: number): number => {
    const scaled = bits * n;
    const index = Math.floor(scaled / TWO_32);
    const within = scaled - index * TWO_32;
    return within < (limits[index] ?? 0) ? index : (aliases[index] ?? index);
  };
  return { shares, at };
}

function aliasTables(shares: readonly number[]): { limits: Float64Array; aliases: Uint32Array } {
  const n = shares.length;
  const limits = new Float64Array(n).fill(TWO_32);
  const aliases = new Uint32Array(n);
  const scaled = shares.map((share) => share * n);
  const small = scaled.flatMap((value, index) => (value < 1 ? [index] : []));
  const large = scaled.flatMap((value, index) => (value < 1 ? [] : [index]));
  while (small.length > 0 && large.length > 0) {
    const less = small.pop() ?? 0;
    const more = large.pop() ?? 0;
    limits[less] = (scaled[less] ?? 0) * TWO_32;
    aliases[less] = more;
    const rest = (scaled[more] ?? 0) + (scaled[less] ?? 0) - 1;
    scaled[more] = rest;
    (rest < 1 ? small : large).push(more);
  }
  return { limits, aliases };
}

/** Zipf weights of `n` ranks: rank k (from 1) has 1 / k^exponent. */
export function zipfWeights(n: number, exponent = 1): number[] {
  return Array.from({ length: n }, (_, index) => 1 / (index + 1) ** exponent);
}

/** A log-normal number with median 1 for a row of a stream; `sigma` is the deviation of its logarithm. */
export function logNormal(key: number, row: number, sigma: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - unit(key, row)));
  const angle = 2 * Math.PI * unit(mix(key), row);
  return Math.exp(sigma * radius * Math.cos(angle));
}

/** The rows 0 … n-1 in a random order of the stream (Fisher–Yates). */
export function shuffled(key: number, n: number): number[] {
  const order = Array.from({ length: n }, (_, index) => index);
  for (let i = n - 1; i > 0; i -= 1) {
    const j = below(key, i, i + 1);
    const kept = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = kept;
  }
  return order;
}

const HEX = Array.from({ length: 65536 }, (_, value) => value.toString(16).padStart(4, '0'));
const DASH_HEX = HEX.map((digits) => `-${digits}`);

/** Keys of the four words of a stream of uuids. */
export type UuidKeys = readonly [number, number, number, number];

/** Keys for `uuidAt`; one set per seed and table. */
export function uuidKeys(seed: number, table: string): UuidKeys {
  return [
    streamKey(seed, table, 'id', '0'),
    streamKey(seed, table, 'id', '1'),
    streamKey(seed, table, 'id', '2'),
    streamKey(seed, table, 'id', '3'),
  ];
}

/** A random (version 4) uuid for a row. Its first word is a bijection of the row: no two rows share one. */
export function uuidAt(keys: UuidKeys, row: number): string {
  const a = hash32(keys[0], row);
  const b = hash32(keys[1], row);
  const c = hash32(keys[2], row);
  const d = hash32(keys[3], row);
  return `${HEX[a >>> 16]}${HEX[a & 0xffff]}${DASH_HEX[b >>> 16]}${DASH_HEX[0x4000 | (b & 0xfff)]}${
    DASH_HEX[0x8000 | ((c >>> 16) & 0x3fff)]
  }${DASH_HEX[c & 0xffff]}${HEX[d >>> 16]}${HEX[d & 0xffff]}`;
}
