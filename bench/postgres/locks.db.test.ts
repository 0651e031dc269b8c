import { expect, test } from 'vitest';
import { withState } from '../../test/database.ts';
import { watchingLocks } from './locks.ts';

test('locks that stop writers are seen, with the time they were held', () =>
  withState('base', async ({ owner, connect }) => {
    const { value, locks } = await watchingLocks(await connect(), owner, async () => {
      await owner.script('BEGIN; CREATE INDEX ON leads (phone); SELECT pg_sleep(0.3)');
      await owner.script('ALTER TABLE campaigns ADD note text; SELECT pg_sleep(0.2); COMMIT');
      return 'done';
    });
    expect(value).toBe('done');
    const held = Object.fromEntries(
      locks.map(({ relation, mode, heldMs }) => [`${relation} ${mode}`, heldMs]),
    );
    expect(Object.keys(held).sort()).toEqual(['campaigns AccessExclusiveLock', 'leads ShareLock']);
    // The first is held until the commit, the other from the middle on.
    expect(held['leads ShareLock']).toBeGreaterThan(
      held['campaigns AccessExclusiveLock'] ?? Number.POSITIVE_INFINITY,
    );
    expect(held['campaigns AccessExclusiveLock']).toBeGreaterThan(100);
  }));

test('locks of readers and writers stop nobody, and are not told', () =>
  withState('base', async ({ owner, connect }) => {
    const { locks } = await watchingLocks(await connect(), owner, () =>
      owner.script('BEGIN; SELECT * FROM leads; DELETE FROM leads; SELECT pg_sleep(0.1); COMMIT'),
    );
    expect(locks).toEqual([]);
  }));

test('an error of the work comes through, and the watching ends', () =>
  withState('base', async ({ owner, connect }) => {
    const watcher = await connect();
    await expect(watchingLocks(watcher, owner, () => owner.script('SELECT 1 / 0'))).rejects.toThrow(
      'division by zero',
    );
    expect((await watcher.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  }));
