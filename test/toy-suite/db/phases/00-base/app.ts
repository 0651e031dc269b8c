import type { Budget, Database } from 'mailgenius-bench';

/** What the toy does with its database. */
export interface Toy {
  find(db: Database, name: string): Promise<readonly { id: number; name: string }[]>;
  add(db: Database, names: readonly string[], budget: Budget): Promise<number>;
}

const FIRST_ID = 1_000_000;

const base: Toy = {
  async find(db, name) {
    const { rows } = await db.query<{ id: number; name: string }>(
      'SELECT id, name FROM items WHERE name = $1 ORDER BY id',
      [name],
    );
    return rows;
  },
  async add(db, names, budget) {
    let done = 0;
    for (const name of names) {
      if (budget.spent()) break;
      await db.prepared('add', 'INSERT INTO items VALUES ($1, $2)', [FIRST_ID + done, name]);
      done += 1;
    }
    return done;
  },
};

export default base;
