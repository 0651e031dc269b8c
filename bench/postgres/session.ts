import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Chunks, Database, Result, Row } from '../core/database.ts';
import { Statement } from './statement.ts';

/** Where a server listens, and as whom to connect. `host` may be a socket folder. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** The only certificate to trust (PEM), where the connection is encrypted. Needs a host that is no socket folder. */
  readonly certificate?: string;
}

export interface SessionOptions {
  readonly database: string;
  /** Role to connect as, when it is not the endpoint's. */
  readonly user?: string;
  readonly applicationName: string;
  /** Settings of the session, given at connection time. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly onNotice?: (notice: Notice) => void;
  /** Hears that the connection has ended, whoever ended it. */
  readonly onClose?: () => void;
}

/** What the server says beside an answer. */
export interface Notice {
  /** `NOTICE`, `WARNING` and so on. */
  readonly severity: string;
  readonly message: string;
}

/** An open session. End it with `close`; `cancel` aborts what it runs. */
export interface Session extends Database {
  /** Process of the server that serves it. */
  readonly pid: number;
  /** Runs SQL text without parameters, several statements allowed; the results are dropped. */
  script(sql: string): Promise<void>;
  close(): Promise<void>;
  /** Breaks the connection off without waiting. */
  destroy(): void;
}

/** Counts stay numbers: no counter here comes near 2^53. */
const parsers = new pg.TypeOverrides();
parsers.setTypeParser(pg.types.builtins.INT8, Number);

/** Connects. Errors of the driver come through unchanged (`sqlState` reads their SQLSTATE). */
export async function connect(endpoint: Endpoint, options: SessionOptions): Promise<Session> {
  const client = new pg.Client({
    host: endpoint.host,
    port: endpoint.port,
    user: options.user ?? endpoint.user,
    password: endpoint.password,
    database: options.database,
    application_name: options.applicationName,
    ...(endpoint.certificate === undefined ? {} : { ssl: { ca: endpoint.certificate } }),
    connectionTimeoutMillis: 10_000,
    options: Object.entries(options.settings ?? {})
      .map(([name, value]) => `-c ${name}=${value.replace(/[\\ ]/g, '\\$&')}`)
      .join(' '),
    types: parsers,
  });
  // A broken connection rejects the query that runs; without a listener it would end the process too.
  client.on('error', () => undefined);
  const { onNotice, onClose } = options;
  if (onClose) client.on('end', onClose);
  if (onNotice)
    client.on('notice', ({ severity, message }) =>
      onNotice({ severity: severity ?? '', message: message ?? '' }),
    );
  await client.connect();
  return new PgSession(client);
}

/** Opens a session for the length of `work`. */
export async function withSession<T>(
  endpoint: Endpoint,
  options: SessionOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await connect(endpoint, options);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

class PgSession implements Session {
  readonly #client: pg.Client;
  #broken = false;

  constructor(client: pg.Client) {
    this.#client = client;
  }

  get pid(): number {
    return (this.#client as pg.Client & { readonly processID: number }).processID;
  }

  async query<R = Row>(sql: string, values: readonly unknown[] = []): Promise<Result<R>> {
    return this.#client.query(new Statement<R>(parsers, sql, values)).result;
  }

  async prepared<R = Row>(name: string, sql: string, values: readonly unknown[]): Promise<Result<R>> {
    return this.#client.query(new Statement<R>(parsers, sql, values, name)).result;
  }

  async script(sql: string): Promise<void> {
    await this.#client.query(sql);
  }

  /**
   * After any error of a COPY the session is broken off: the stream leaves the driver in a state in
   * which the next write crashes (node-pg-copy-streams#171).
   */
  async copyIn(sql: string, chunks: Chunks): Promise<number> {
    const stream = this.#client.query(copyFrom(sql));
    try {
      await pipeline(Readable.from(chunks, { objectMode: true, highWaterMark: 4 }), stream);
    } catch (error) {
      this.destroy();
      throw error;
    }
    return stream.rowCount;
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.script('BEGIN');
    try {
      const result = await work();
      await this.script('COMMIT');
      return result;
    } catch (error) {
      if (!this.#broken) await this.script('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    if (!this.#broken) await this.#client.end().catch(() => undefined);
  }

  destroy(): void {
    this.#broken = true;
    const { connection } = this.#client as pg.Client & { connection: { stream: { destroy(): void } } };
    connection.stream.destroy();
  }
}

/** SQLSTATE of an error from the server, or null for any other error. */
export function sqlState(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.code ?? null) : null;
}

/** Whether the server refused what it was sent and is well itself: no full disk, no end of the server. */
export function isRefused(error: unknown): error is Error {
  return !/^(08|53|57|58)/.test(sqlState(error) ?? '08');
}

/** Whether the server or the connection to it went away. */
export function isLost(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  // A socket that is not there; a file that is not is another matter.
  const noSocket = code === 'ENOENT' && 'syscall' in error && error.syscall === 'connect';
  return noSocket || LOST_CODE.test(code) || LOST_TEXT.test(error.message);
}

const LOST_CODE = /^(57P0[1235]|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/;
/** As the driver words it, which gives no code. */
const LOST_TEXT = /Connection terminated|server closed the connection|is not queryable|^timeout expired$/i;

/** What the server says of an error, with its SQLSTATE; any other error is not ours to word and is thrown again. */
export function errorText(error: unknown): string {
  if (!(error instanceof pg.DatabaseError)) throw error;
  return `${error.message} (SQLSTATE ${error.code ?? 'unknown'})`;
}

/** Where in the statement's text the server saw the error, counted from 1; null when it did not say. */
export function errorPosition(error: unknown): number | null {
  return error instanceof pg.DatabaseError && error.position ? Number(error.position) : null;
}

/** Quotes a name for use as an SQL identifier. */
export const identifier: (name: string) => string = pg.escapeIdentifier;

/** Quotes a text for use as an SQL literal. */
export const literal: (text: string) => string = pg.escapeLiteral;
