import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { ClientAccount } from './audit.ts';

/** Far more young objects than V8 has room for. */
function litter(): number {
  let kept: object[] = [];
  for (let i = 0; i < 3_000_000; i += 1) {
    if (i % 100_000 === 0) kept = [];
    kept.push({ i });
  }
  return kept.length;
}

describe('the account of a client', () => {
  const account = () => {
    opened = new ClientAccount();
    return opened;
  };
  let opened: ClientAccount | undefined;
  afterEach(() => opened?.close());

  it('has the garbage that is collected inside its parts, and no other', async () => {
    const idle = account();
    await idle.during(() => setTimeout(5));
    litter();
    expect((await idle.load(0)).gcShare).toBe(0);
    idle.close();
    const busy = account();
    await busy.during(async () => litter());
    expect((await busy.load(0)).gcShare).toBeGreaterThan(0);
  });

  it('tells work from waiting, over all parts', async () => {
    const both = account();
    // Long against what the process does in other threads, such as sweeping what the test before left.
    await both.during(() => setTimeout(1000));
    const waited = await both.load(0);
    await both.during(async () => litter());
    const worked = await both.load(0);
    expect(waited.loopShare).toBeLessThan(worked.loopShare);
    expect(waited.cpuShare).toBeLessThan(worked.cpuShare);
  });
});
