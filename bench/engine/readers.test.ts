import { expect, it } from 'vitest';
import { countedArm } from '../../test/counted-arm.ts';
import { isTimedWarm } from './readers.ts';

const arm = (...samples: (readonly [warm: number | undefined, executions: number])[]) =>
  countedArm({
    samples: samples.map(([warm, executions], block) => ({
      ...{ block, order: 0, client: null, done: 1, total: 1 },
      executionsMs: Array.from({ length: executions }, () => 5),
      ...(warm === undefined ? {} : { warm }),
    })),
  });

it.each([
  ['after six warm executions', [[6, 1]], true],
  ['mostly from the sixth on', [[3, 5]], true],
  ['mostly before it', [[2, 5]], false],
  ['at once', [[1, 1]], false],
  ['of a write', [[undefined, 1]], false],
  [
    'in the middle one of its blocks',
    [
      [6, 9],
      [1, 1],
      [1, 1],
    ],
    false,
  ],
  [
    'in most of its blocks',
    [
      [6, 9],
      [6, 9],
      [1, 1],
    ],
    true,
  ],
  ['never', [], false],
] as const)('an arm timed %s', (_, samples, isWarm) => expect(isTimedWarm(arm(...samples))).toBe(isWarm));
