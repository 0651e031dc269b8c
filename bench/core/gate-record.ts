import { z } from 'zod';
import { Acceptance } from './acceptance.ts';

/** A scenario, and the names that lead from its statements to what was changed; null where none do. */
const Touched = z.object({ scenario: z.string(), through: z.array(z.string()).nullable() });

/** What a run knows of the gate that it was measured for. */
export const GateRecord = z.object({
  /** The base as it was named, and its commit. */
  ref: z.string(),
  commit: z.string(),
  /** Files of the suite that differ, `A`, `M` or `D` before each. */
  changed: z.array(z.string()),
  /** What was wanted. */
  accepted: z.array(Acceptance),
  /** Which scenarios the change may reach; null where all were measured. */
  touched: z.array(Touched).nullable().default(null),
  /** `scenario/variant` that one side alone has, so that nothing compares it. */
  unpaired: z.object({ base: z.array(z.string()), head: z.array(z.string()) }).optional(),
  /** Answers or counters of the first block decided it, and times were measured no further. */
  decidedEarly: z.boolean().optional(),
  /** No verdict is an error. */
  strict: z.boolean().optional(),
  /** Bounds for the head as a file of thresholds has them; empty where none were asked for. */
  thresholds: z.string().default(''),
});
export type GateRecord = z.infer<typeof GateRecord>;
