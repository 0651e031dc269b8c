import { z } from 'zod';

const count = z.number().int().nonnegative();
const ms = z.number().nonnegative();

/** What ran: enough to say whether two runs may be compared. */
export const ServerFacts = z.object({
  kind: z.string(),
  version: z.string(),
  build: z.string(),
  locale: z.string(),
  checksums: z.boolean(),
  /** How the connections are protected: protocol and cipher, or that they are not encrypted. */
  connection: z.string().default('not recorded'),
  /** Every setting that is not the server's default. */
  settings: z.record(z.string(), z.string()),
  extensions: z.object({ present: z.array(z.string()), absent: z.array(z.string()) }),
});

export const MachineFacts = z.object({
  platform: z.string(),
  cpu: z.string(),
  cores: count,
  memoryBytes: count,
  node: z.string(),
  /** The processors that client and server keep to while reads are timed; null where they share them. */
  placement: z.object({ client: z.string(), server: z.string() }).nullable().default(null),
});

/** How steady the machine was. */
export const NoiseFacts = z.object({
  /** Median time of a loop of fixed length, before anything was measured, and the deviation of its logarithm. */
  loopMs: ms,
  loopSpread: z.number().nonnegative(),
  /** Share of the processors' time that the hypervisor gave away while measuring; null where the system does not say. */
  stealShare: z.number().nullable(),
});

export type ServerFacts = z.infer<typeof ServerFacts>;
export type MachineFacts = z.infer<typeof MachineFacts>;
export type NoiseFacts = z.infer<typeof NoiseFacts>;

/** On which processors client and server were, in words. */
export function placementText(placement: MachineFacts['placement']): string {
  return placement ? `client ${placement.client}, server ${placement.server}` : 'shared by client and server';
}
