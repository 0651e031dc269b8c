import type { RunFile } from './run-file.ts';
import { everyPair, type NamedPair } from './view-pairs.ts';
import type { ScenarioView } from './view-scenarios.ts';

/** An object of an ablation: the times without it, and with all there is. */
export interface OmissionView {
  /** `idx_leads_tags`. */
  readonly object: string;
  /** The state that lacks it: `without idx_leads_tags`. */
  readonly state: string;
  /** Each write, and each read that is done in another way without it: as the time before, and with it, as the time after: slower is slower with it. */
  readonly pairs: readonly NamedPair[];
}

/** What a table of omissions leaves out. */
export const NOT_LISTED = 'reads with the same plan and blocks are not listed';

/** What each object of an ablation is to every variant; empty for a chain of states. */
export function omissionViews(
  { design, states }: Pick<RunFile, 'design' | 'states'>,
  scenarios: readonly ScenarioView[],
): OmissionView[] {
  if (design !== 'ablation') return [];
  const pairs = everyPair(scenarios).filter(({ pair }) => pair.outcome !== 'same work');
  return states.slice(0, -1).map(({ name }) => ({
    object: objectOf(name),
    state: name,
    pairs: pairs.filter(({ pair }) => pair.before.state === name),
  }));
}

/** The object that a state of an ablation lacks. */
export function objectOf(state: string): string {
  return state.replace(/^without /, '');
}
