import type { Arm } from './run-file.ts';
import type { RelationSize } from './state-record.ts';

/** What a gate judges: the same arm before and after a change. */
export interface ArmPair {
  /** `lead-list/page=1/views`; the names of its findings begin with it. */
  readonly name: string;
  readonly before: Arm;
  readonly after: Arm;
  /** What the states of both arms hold. */
  readonly relations: readonly [readonly RelationSize[], readonly RelationSize[]];
}

/** What a finding does to a gate: it fails it, is told beside the verdict, or is shown without weight. */
export type FindingKind = 'failure' | 'warning' | 'report';

/** Something that a gate found. */
export interface Finding {
  /** `lead-list/page=1/views/blocks`: by this name a wanted change is accepted. */
  readonly name: string;
  /** The last part of the name. */
  readonly rule: string;
  readonly kind: FindingKind;
  /** What was found, with both figures. */
  readonly sentence: string;
  /** What differs between the plans, where that explains it. */
  readonly plan: readonly string[];
}

/** What was found, and a line for each difference of the plans. */
export function findingLines({ sentence, plan }: Pick<Finding, 'sentence' | 'plan'>): string[] {
  return [sentence, ...plan.map((change) => `plan: ${change}`)];
}

/** Something that a gate could not judge. */
export interface Unjudged {
  readonly name: string;
  readonly why: string;
  /** True where a regression might hide in it: then there is no verdict. */
  readonly isOpen: boolean;
}

/** What judging one thing gave. */
export interface Judged {
  readonly findings: readonly Finding[];
  readonly unjudged: readonly Unjudged[];
}

/** All of several judgements, in their order. */
export function joined(parts: readonly Judged[]): Judged {
  return {
    findings: parts.flatMap(({ findings }) => findings),
    unjudged: parts.flatMap(({ unjudged }) => unjudged),
  };
}

/** Nothing was found, and nothing left open. */
export const NOTHING: Judged = { findings: [], unjudged: [] };

/** A judgement that found this and nothing else. */
export function found(finding: Finding): Judged {
  return { findings: [finding], unjudged: [] };
}

/** A judgement that came to no end. */
export function open(unjudged: Unjudged): Judged {
  return { findings: [], unjudged: [unjudged] };
}
