import type { Arm, RunFile } from '../core/run-file.ts';
import { LONG_MS } from './readers.ts';

/** The arms that are counted in one way: those of a gate and of an ablation, whose exact figures are compared, else each for itself. */
export function alike({ gate, design, arms }: RunFile, arm: Arm): readonly Arm[] {
  if (gate === null && design === 'chain') return [arm];
  return arms.filter(({ scenario, variant }) => scenario === arm.scenario && variant === arm.variant);
}

/**
 * Whether what is counted of a reader is the first execution of a session, which reads the catalog too: where one of
 * those alike was long in its first block.
 */
export function isCountedCold(run: RunFile, arm: Arm): boolean {
  return alike(run, arm).some(({ samples }) => (samples[0]?.executionsMs[0] ?? 0) >= LONG_MS);
}
