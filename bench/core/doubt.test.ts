import { expect, test } from 'vitest';
import { sampleRun } from '../../test/sample-run.ts';
import { type Comparison, compareStates } from './comparison.ts';
import { doubtOf, doubtWord } from './doubt.ts';

const run = sampleRun();
const doubt = (change: Partial<Comparison>) => {
  const [comparison] = compareStates(run);
  if (!comparison) throw new Error('the sample run has comparisons');
  return doubtOf(run, { ...comparison, ...change });
};
const control = { state: 'views', ratio: 2, interval: [1.9, 2.1] as const, reason: 'half the time' };

test('times of the server beside a control that stayed are in no doubt', () => {
  expect(doubt({})).toBeNull();
  expect(doubt({ control: { ...control, verdict: 'unchanged' } })).toBeNull();
});

test('the client, a control that moved and a regression that did not come back are doubts', () => {
  expect(doubt({ bound: 'tainted' })).toBe('tainted');
  expect(doubt({ control: { ...control, verdict: 'improved' } })).toBe(
    'environment: the control moved as well (half the time)',
  );
  const again = { ratio: 1, interval: null };
  expect(doubt({ reason: 'not confirmed', confirmation: { ...again, verdict: 'unchanged' } })).toBe(
    'not confirmed',
  );
  expect(doubt({ reason: 'confirmed', confirmation: { ...again, verdict: 'regressed' } })).toBeNull();
});

test('a doubt has a word, and the client comes before the control', () => {
  const calm = { bound: 'server-bound', control: null, confirmation: null } as const;
  const moved = { ...control, verdict: 'regressed' } as const;
  const again = { verdict: 'unchanged', ratio: 1, interval: null } as const;
  expect(doubtWord({ ...calm, bound: 'tainted', control: moved })).toBe('tainted');
  expect(doubtWord({ ...calm, control: moved })).toBe('control moved');
  expect(doubtWord({ ...calm, confirmation: again })).toBe('not confirmed');
  expect(doubtWord({ ...calm, confirmation: { ...again, verdict: 'regressed' } })).toBeNull();
});
