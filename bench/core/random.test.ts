import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  below,
  hash32,
  logNormal,
  shuffled,
  streamKey,
  unit,
  uuidAt,
  uuidKeys,
  weighted,
  zipfWeights,
} from './random.ts';

describe('stateless randomness', () => {
  it('gives each seed, table and column a stream of its own', () => {
    const keys = new Set<number>();
    for (let seed = 0; seed < 50; seed += 1) {
      for (const names of [
        ['leads', 'email'],
        ['leads', 'name'],
        ['leadse', 'mail'],
        ['sends', 'email'],
      ]) {
        keys.add(streamKey(seed, ...names));
      }
    }
    expect(keys.size).toBe(200);
  });

  it('keeps its values for ever', () => {
    const key = streamKey(1, 'leads', 'email');
    expect([key, hash32(key, 0), hash32(key, 1), hash32(key, 2_000_000)]).toMatchInlineSnapshot(`
      [
        1864080388,
        1335842614,
        1603355762,
        3703826712,
      ]
    `);
  });

  it('spreads consecutive rows evenly and streams independently', () => {
    const [a, b] = [streamKey(1, 'a'), streamKey(1, 'b')];
    const cells = new Array<number>(100).fill(0);
    for (let row = 0; row < 100_000; row += 1) {
      const cell = below(a, row, 10) * 10 + below(b, row, 10);
      cells[cell] = (cells[cell] ?? 0) + 1;
    }
    const chiSquare = cells.reduce((sum, seen) => sum + (seen - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(149); // 99 degrees of freedom, 0.1 %
  });

  it('stays inside its range', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(), fc.integer({ min: 1, max: 1e6 }), (key, row, n) => {
        expect(unit(key, row)).toBeLessThan(1);
        expect(below(key, row, n)).toBeLessThan(n);
        expect(logNormal(key, row, 1)).toBeGreaterThan(0);
      }),
    );
  });

  it('draws by weight with the declared shares', () => {
    const key = streamKey(7, 'weights');
    for (const weights of [[45, 16, 2, 0.01, 36.99], zipfWeights(50), [1]]) {
      const choice = weighted(weights);
      const seen = new Array<number>(weights.length).fill(0);
      const n = 200_000;
      for (let row = 0; row < n; row += 1) {
        const index = choice.at(hash32(key, row));
        seen[index] = (seen[index] ?? 0) + 1;
      }
      choice.shares.forEach((share, index) => {
        const error = 5 * Math.sqrt((share * (1 - share)) / n) + 1e-9;
        expect(Math.abs((seen[index] ?? 0) / n - share)).toBeLessThan(error);
      });
    }
  });

  it('has a log-normal with median 1', () => {
    const key = streamKey(3, 'sizes');
    const values = Array.from({ length: 20_001 }, (_, row) => logNormal(key, row, 1)).sort((x, y) => x - y);
    expect(values[10_000]).toBeCloseTo(1, 1);
  });

  it('shuffles without losing a row', () => {
    const order = shuffled(5, 1000);
    expect(new Set(order).size).toBe(1000);
    expect(order).not.toEqual([...order].sort((x, y) => x - y));
  });

  it('makes version 4 uuids without repeats', () => {
    const keys = uuidKeys(1, 'leads');
    const ids = Array.from({ length: 20_000 }, (_, row) => uuidAt(keys, row));
    expect(new Set(ids).size).toBe(20_000);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
