import type pg from 'pg';
import utils from 'pg/lib/utils.js';
import type { Result } from '../core/database.ts';

/** The driver's connection, as those see it that send messages over it: what the types lack. */
interface Connection {
  readonly stream: { cork(): void; uncork(): void };
  /** Texts by name. The driver adds to them when the server has parsed a statement that has a name. */
  readonly parsedStatements: Readonly<Record<string, string | undefined>>;
  query(sql: string): void;
  parse(message: { name: string; text: string }): void;
  bind(message: { portal: string; statement: string; values: readonly unknown[] }): void;
  describe(message: { type: 'P'; name: string }): void;
  execute(message: { portal: string; rows: number }): void;
  sync(): void;
  sendCopyFail(why: string): void;
}

interface Field {
  readonly name: string;
  readonly dataTypeID: number;
}

interface Column {
  readonly name: string;
  readonly parse: (text: string) => unknown;
}

/**
 * A statement that the driver sends and hears of, as it does of its own queries: the same messages and parsers, without a
 * prototype row copied for each row. What the client adds to a statement is in every time that is measured, and this
 * is a quarter of a quick one less.
 */
export class Statement<R> implements pg.Submittable {
  /** Empty for a statement that is planned anew each time. */
  readonly name: string;
  readonly text: string;
  readonly result: Promise<Result<R>>;
  readonly #values: readonly unknown[];
  readonly #types: pg.CustomTypesConfig;
  #resolve: ((result: Result<R>) => void) | null = null;
  #reject: ((error: unknown) => void) | null = null;
  #columns: readonly Column[] = [];
  #rows: R[] = [];
  #rowCount: number | null = null;

  /** `values` without any, and no name: sent as plain text. Errors: what a value cannot be written as. */
  constructor(types: pg.CustomTypesConfig, text: string, values: readonly unknown[], name = '') {
    this.#types = types;
    this.text = text;
    this.name = name;
    this.#values = values.map((value) => utils.prepareValue(value));
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(to: unknown): Error | null {
    const connection = to as Connection;
    if (this.name === '' && this.#values.length === 0) {
      connection.query(this.text);
      return null;
    }
    const known = this.name === '' ? undefined : connection.parsedStatements[this.name];
    if (known !== undefined && known !== this.text)
      return new Error(`the session has prepared another statement as "${this.name}"`);
    connection.stream.cork();
    if (known === undefined) connection.parse({ name: this.name, text: this.text });
    connection.bind({ portal: '', statement: this.name, values: this.#values });
    connection.describe({ type: 'P', name: '' });
    connection.execute({ portal: '', rows: 0 });
    connection.sync();
    connection.stream.uncork();
    return null;
  }

  handleRowDescription({ fields }: { readonly fields: readonly Field[] }): void {
    this.#rows = [];
    this.#columns = fields.map(({ name, dataTypeID }) => ({
      name,
      parse: this.#types.getTypeParser(dataTypeID, 'text') as Column['parse'],
    }));
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const row: Record<string, unknown> = {};
    let place = 0;
    for (const { name, parse } of this.#columns) {
      const text = fields[place] ?? null;
      row[name] = text === null ? null : parse(text);
      place += 1;
    }
    this.#rows.push(row as R);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const count = /\d+$/.exec(text);
    this.#rowCount = count === null ? null : Number(count[0]);
  }

  handleReadyForQuery(): void {
    this.#resolve?.({ rows: this.#rows, rowCount: this.#rowCount ?? this.#rows.length });
  }

  handleError(error: unknown): void {
    this.#reject?.(error);
  }

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  handleCopyInResponse(connection: unknown): void {
    (connection as Connection).sendCopyFail('copyIn takes rows, query does not');
  }

  handleCopyData(): void {}
}
