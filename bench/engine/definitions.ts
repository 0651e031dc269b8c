import { z } from 'zod';
import type { Scenario, SuiteConfig, Table } from '../core/suite.ts';

const text = z.string().min(1);
const callable = z.custom<(...args: never[]) => unknown>(
  (value) => typeof value === 'function',
  'must be a function',
);

const Config = z.looseObject({
  name: text,
  title: text,
  contactsTitle: text,
  role: text,
  openSession: callable,
  claims: z.array(z.looseObject({ id: text, title: text, promised: text })),
  objectives: z.array(z.looseObject({ scenario: text, variants: text })).optional(),
  faults: z.array(z.looseObject({ name: text, sql: text })).optional(),
  jobs: callable.optional(),
});

const TableDefinition = z.looseObject({
  name: text,
  columns: z.array(text).min(1),
  references: z.array(text).optional(),
  rowCount: callable,
  copyText: callable,
  copyBytes: callable.optional(),
  expected: callable.optional(),
});

const ScenarioDefinition = z.looseObject({
  title: text,
  help: text,
  unit: text,
  writes: z.boolean(),
  tables: z.array(text),
  variants: callable,
  input: callable,
  run: callable,
  answer: callable,
  oracle: callable,
  before: callable.optional(),
  floor: callable.optional(),
  floorTitle: text.optional(),
  pages: callable.optional(),
});

const Operations = z.record(z.string(), z.unknown());

/** What a file of a suite must export, by its kind: a suite is somebody's code, and is not trusted to be whole. */
export const DEFINITIONS = {
  config: as<SuiteConfig>(Config),
  table: as<Table>(TableDefinition),
  scenario: as<Scenario>(ScenarioDefinition),
  operations: as<Readonly<Record<string, unknown>>>(Operations),
};

/** Reads a definition, or says what is wrong with it: `columns: Invalid input`. */
export type DefinitionParser<T> = (value: unknown) => { readonly value: T } | { readonly problem: string };

/** The definition itself goes on, with its methods; the schema only looks at it. */
function as<T>(schema: z.ZodType): DefinitionParser<T> {
  return (value) => {
    const checked = schema.safeParse(value);
    if (checked.success) return { value: value as T };
    const [issue] = checked.error.issues;
    return {
      problem: `${issue?.path.join('.') || 'the default export'}: ${issue?.message ?? 'is not as it must be'}`,
    };
  };
}
