import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Acceptance, GateFile, withAcceptance } from '../core/acceptance.ts';
import { BenchError } from '../core/errors.ts';

/** Where a suite says which changes are wanted. */
export function gateFilePath(suite: string): string {
  return path.join(suite, 'bench-gate.json');
}

/** Reads a suite's gate file; one that is not there accepts nothing. Errors: BENCH-SUITE-INVALID, BENCH-GATE-FILE-INVALID. */
export async function readGateFile(suite: string): Promise<GateFile> {
  const file = gateFilePath(suite);
  const invalid = (problem: string) => new BenchError('BENCH-GATE-FILE-INVALID', { path: file, problem });
  const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw invalid('it cannot be read');
  });
  if (content === null) return nothingAccepted(suite);
  const parsed = GateFile.safeParse(json(content, invalid));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'wrong shape'}`);
}

/** Adds acceptances to a suite's gate file, and gives the new content. Errors: as reading it. */
export async function recordAcceptances(
  suite: string,
  acceptances: readonly Acceptance[],
): Promise<GateFile> {
  const file = gateFilePath(suite);
  const content = acceptances.reduce(withAcceptance, await readGateFile(suite));
  await writeFile(file, `${JSON.stringify(content, null, 2)}\n`).catch((cause: Error) => {
    const problem = `it cannot be written (${cause.message})`;
    throw new BenchError('BENCH-GATE-FILE-INVALID', { path: file, problem }, { cause });
  });
  return content;
}

/** A folder that was mistyped must not pass for one that accepts nothing. */
async function nothingAccepted(suite: string): Promise<GateFile> {
  const facts = await stat(suite).catch(() => null);
  if (facts?.isDirectory()) return { accepted: [] };
  throw new BenchError('BENCH-SUITE-INVALID', { folder: suite, problem: 'there is no such folder' });
}

function json(content: string, invalid: (problem: string) => BenchError): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw invalid('it is no JSON');
  }
}
