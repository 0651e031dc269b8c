import { describe, expect, it } from 'vitest';
import type { Connection, Connections } from '../../application.ts';
import { Pool } from './pool.ts';

/** Connections that count, in the place of a server's. */
function counting(isRefused: () => boolean = () => false) {
  const counts = { opened: 0, closed: 0 };
  const connections: Connections = {
    async open() {
      if (isRefused()) throw new Error('too many connections');
      counts.opened += 1;
      return {
        close: async () => {
          counts.closed += 1;
        },
      } as Connection;
    },
  };
  return { counts, connections };
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 1));

describe('the pool', () => {
  it('opens a connection once and lends it again', async () => {
    const { counts, connections } = counting();
    const pool = new Pool(connections, 2);
    for (let i = 0; i < 5; i += 1) await pool.lend(pause);
    expect(counts).toEqual({ opened: 1, closed: 0 });
  });

  it('lends a connection to one at a time, and has the others wait', async () => {
    const { counts, connections } = counting();
    const pool = new Pool(connections, 3);
    const lent = new Set<Connection>();
    let most = 0;
    const borrow = async (connection: Connection) => {
      expect(lent.has(connection)).toBe(false);
      lent.add(connection);
      most = Math.max(most, lent.size);
      await pause();
      lent.delete(connection);
    };
    await Promise.all(Array.from({ length: 20 }, () => pool.lend(borrow)));
    expect(most).toBe(3);
    expect(counts).toEqual({ opened: 3, closed: 0 });
  });

  it('closes a connection whose work failed, and opens another for who waits', async () => {
    const { counts, connections } = counting();
    const pool = new Pool(connections, 1);
    const failing = pool.lend(() => Promise.reject(new Error('deadlock')));
    const waiting = pool.lend(async () => 'done');
    await expect(failing).rejects.toThrow('deadlock');
    await expect(waiting).resolves.toBe('done');
    expect(counts).toEqual({ opened: 2, closed: 1 });
  });

  it('tells that the server refuses, and opens when it no longer does', async () => {
    let isFull = true;
    const pool = new Pool(counting(() => isFull).connections, 1);
    await expect(pool.lend(pause)).rejects.toThrow('too many connections');
    isFull = false;
    await expect(pool.lend(async () => 'done')).resolves.toBe('done');
  });

  it('gives everybody an answer when a connection cannot be replaced', async () => {
    let isFull = false;
    const pool = new Pool(counting(() => isFull).connections, 1);
    const failing = pool.lend(async () => {
      isFull = true;
      throw new Error('deadlock');
    });
    const waiting = [pool.lend(pause), pool.lend(pause)].map((one) =>
      expect(one).rejects.toThrow('too many connections'),
    );
    await expect(failing).rejects.toThrow('deadlock');
    await Promise.all(waiting);
    isFull = false;
    await expect(pool.lend(async () => 'done')).resolves.toBe('done');
  });

  it('gives everybody an answer when the first connection cannot be opened', async () => {
    const pool = new Pool(counting(() => true).connections, 1);
    const all = [pool.lend(pause), pool.lend(pause), pool.lend(pause)];
    const results = await Promise.allSettled(all);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });
});
