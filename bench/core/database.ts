/** One row as the driver returns it: text, numbers, dates, JSON and arrays already parsed. */
export type Row = Readonly<Record<string, unknown>>;

export interface Result<R> {
  readonly rows: readonly R[];
  /** Rows returned, or rows changed by a statement that writes. */
  readonly rowCount: number;
}

/** Pieces of COPY text. */
export type Chunks = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/**
 * One session with PostgreSQL, as an application or a scenario sees it. `bench/postgres` implements
 * it; code outside never imports a driver.
 */
export interface Database {
  /** Runs one statement with `$n` parameters; planned anew at each call. */
  query<R = Row>(sql: string, values?: readonly unknown[]): Promise<Result<R>>;
  /** Runs one statement prepared once per session under `name`, as an application's hot path does. */
  prepared<R = Row>(name: string, sql: string, values: readonly unknown[]): Promise<Result<R>>;
  /**
   * Streams COPY text format into `COPY … FROM STDIN` and returns the rows copied. Chunks may end
   * anywhere; about 64 KiB is best.
   */
  copyIn(sql: string, chunks: Chunks): Promise<number>;
  /** Runs `work` in a transaction: commits when it resolves, rolls back and rethrows when it rejects. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
}

/** A session that whoever opened it closes. */
export interface Connection extends Database {
  close(): Promise<void>;
}

/** Opens further sessions like the one at hand: the same role, database and settings, no tenant chosen yet. */
export interface Connections {
  open(): Promise<Connection>;
}

/**
 * Tells a row-by-row operation when to stop. An arm has a time budget; an operation that works row
 * by row asks before each step and reports how far it got, so that the rest can be projected.
 */
export interface Budget {
  /** True when the time is used up. Cheap: may be asked for each row. */
  spent(): boolean;
}
