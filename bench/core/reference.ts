import { z } from 'zod';

/** A statement with the values of its parameters, as a client sends it. */
export interface ClientStatement {
  readonly sql: string;
  readonly values: readonly (string | number | boolean | null)[];
}

/** What another client is to do with one connection. */
export interface ClientWork {
  readonly database: string;
  readonly user: string;
  /** Once, before the rest. */
  readonly opening: readonly ClientStatement[];
  /** Again and again, prepared. */
  readonly statement: ClientStatement;
  readonly executions: number;
}

/** Another client that times the same work, in milliseconds for each execution; null where it cannot do it. */
export type ReferenceClient = (work: ClientWork) => Promise<readonly number[] | null>;

/** A scenario's statement through this program and through pgbench, in turns: what our client adds. */
export const Reference = z.object({
  scenario: z.string(),
  variant: z.string(),
  state: z.string(),
  /** Medians of the rounds, in milliseconds. */
  oursMs: z.array(z.number().nonnegative()).min(1),
  pgbenchMs: z.array(z.number().nonnegative()).min(1),
});

export type Reference = z.infer<typeof Reference>;
