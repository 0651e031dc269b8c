import { describe, expect, it } from 'vitest';
import { CATALOGUE } from './catalogue.ts';
import { BenchError, distance, unknownName } from './errors.ts';

describe('an error of the catalogue', () => {
  it('fills its facts in and carries the exit code', () => {
    const error = new BenchError('BENCH-PORT-TAKEN', { port: 5432 });
    expect(error.message).toBe('port 5432 is taken');
    expect(error.exitCode).toBe(4);
    expect(error.toJSON().error.facts).toEqual({ port: 5432 });
  });

  it('leaves a fact that contains braces as it is', () => {
    expect(
      new BenchError('BENCH-UNKNOWN-NAME', { kind: 'state', name: '{kind}', suggestion: '' }).message,
    ).toBe('unknown state "{kind}"');
  });

  it('always says what to do', () => {
    for (const { fix, message } of Object.values(CATALOGUE))
      expect([fix.length > 0, message.length > 0]).toEqual([true, true]);
  });
});

describe('an unknown name', () => {
  it.each([
    ['import-100', 'did you mean import-100k?'],
    ['lead-lst', 'did you mean lead-list?'],
    ['zzz', 'known: import-100k, lead-list, segmentation'],
  ])('%s → %s', (name, fix) => {
    expect(unknownName('scenario', name, ['import-100k', 'lead-list', 'segmentation']).fix).toBe(fix);
  });

  it('measures distance in edits', () => {
    expect(distance('kitten', 'sitting')).toBe(3);
    expect(distance('', 'abc')).toBe(3);
  });
});
