import { describe, expect, it } from 'vitest';
import { runCommand } from './command.ts';

describe('a program', () => {
  it('is heard in full, however many run at once', async () => {
    for (let round = 0; round < 40; round += 1) {
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, i) => runCommand('/bin/echo', [`${i}`])),
      );
      expect(results).toEqual(results.map((_, i) => ({ code: 0, output: `${i}` })));
    }
  });

  it('is not waited for by what it leaves behind with its pipes', async () => {
    const { code, output } = await runCommand('/bin/sh', [
      '-c',
      '(sleep 4; echo late) & echo started; exit 3',
    ]);
    expect({ code, output }).toEqual({ code: 3, output: 'started' });
  });

  it('that cannot be run ends with 126 and says why', async () => {
    expect(await runCommand('/nowhere/at-all', [])).toEqual({
      code: 126,
      output: expect.stringContaining('/nowhere/at-all'),
    });
  });
});
