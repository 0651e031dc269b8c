import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect: (options: { type: 'minor' | 'major' }) => void = runInNewContext('gc');

/**
 * Collects what earlier work left among the young objects, so that the execution that follows does not have to. Ten
 * thousand rows are then read without a collection inside, where the room for young objects is large: `bench` starts Node
 * with 64 MB for them instead of 16. What is as large as the file of an import is never young: `major` collects all.
 */
export function sweepGarbage(which: 'minor' | 'major' = 'minor'): void {
  collect({ type: which });
}
