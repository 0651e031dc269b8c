import { z } from 'zod';

/** A wanted change: the name of the finding that it explains, and why it is wanted. */
export const Acceptance = z.strictObject({
  name: z.string().min(1),
  because: z.string().trim().min(1),
  /** When it was accepted, ISO 8601. */
  at: z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'no date'),
});

/** A suite's `bench-gate.json`: what its gates let pass, visibly. */
export const GateFile = z.strictObject({ accepted: z.array(Acceptance) });

export type Acceptance = z.infer<typeof Acceptance>;
export type GateFile = z.infer<typeof GateFile>;

/** The file with one more acceptance, in order of names; one of the same name is replaced. */
export function withAcceptance({ accepted }: GateFile, acceptance: Acceptance): GateFile {
  const others = accepted.filter(({ name }) => name !== acceptance.name);
  return { accepted: [...others, acceptance].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}
