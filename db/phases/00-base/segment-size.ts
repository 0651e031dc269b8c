import { lengthOf } from './long-text.ts';

const CONDITIONS = 1_000;
const CHARACTERS = 100_000;
/** Two for each level of a segment, and a condition's list of texts. */
const LEVELS = 34;

/** Why a segment is too much as a whole, in the words of the function `segment_size_fault`; null when it is not. */
export function segmentSizeFault(segment: unknown): string | null {
  let conditions = 0;
  let characters = 0;
  for (const node of nodesOf(segment, LEVELS)) {
    if (typeof node === 'string') characters += lengthOf(node);
    else if (!Array.isArray(node) && Object.hasOwn(node, 'field')) conditions += 1;
  }
  if (conditions > CONDITIONS) return 'more than 1,000 conditions';
  return characters > CHARACTERS ? 'texts of more than 100,000 characters' : null;
}

/** The texts, lists and objects in a JSON value, itself included. */
function* nodesOf(value: unknown, levels: number): Generator<string | object> {
  if (typeof value === 'string') yield value;
  if (typeof value !== 'object' || value === null) return;
  yield value;
  if (levels === 0) return;
  for (const child of Object.values(value)) yield* nodesOf(child, levels - 1);
}
