/** Something in a database that has a name: a table, view, index, function. */
export interface Definition {
  /** All that it is: another text is another thing. */
  readonly text: string;
  /** Words that name what a read of it rests on. */
  readonly reads: string;
  /** Words that name what a change of it sets off: triggers, foreign keys, defaults. */
  readonly writes: string;
}

/** What a database is made of. */
export interface Definitions {
  /** By name, in small letters. */
  readonly objects: ReadonlyMap<string, Definition>;
  /** What every statement rests on: settings, types, operators, extensions. */
  readonly everywhere: string;
  /** Names of functions that no statement need name: those behind operators, casts, types and the like. */
  readonly implicit: string;
}

/** What a scenario was seen to do. */
export interface Use {
  /** Statements that it sent. */
  readonly statements: readonly string[];
  /** Texts that the server executed for those, also inside functions, and texts among their values: names may be put together. */
  readonly executed: readonly string[];
  /** Names of tables, indexes and functions that the server saw it use. */
  readonly observed: readonly string[];
  readonly writes: boolean;
}

const EVERYWHERE = 'settings, types, operators or extensions';

/**
 * How a change reaches a scenario: names that lead from a statement to what differs between the two databases, or null
 * when nothing that differs can be reached. A name leads to every name in its definition on either side, so words that
 * happen to be names lead too far, never too short. What is put together from parts of names is known only as far as
 * the server executed it.
 */
export function pathToChange(
  use: Use,
  [base, head]: readonly [Definitions, Definitions],
): readonly string[] | null {
  if (base.everywhere !== head.everywhere) return [EVERYWHERE];
  const sides = [base.objects, head.objects];
  const isName = (word: string) => sides.some((objects) => objects.has(word));
  const cameFrom = new Map<string, string | null>();
  const queue: string[] = [];
  const visit = (texts: readonly string[], from: string | null) => {
    for (const word of wordsOf(texts)) {
      if (!isName(word) || cameFrom.has(word)) continue;
      cameFrom.set(word, from);
      queue.push(word);
    }
  };
  visit([...use.statements, ...use.executed, ...use.observed], null);
  visit([base.implicit, head.implicit], EVERYWHERE);
  for (const name of queue) {
    const [was, is] = sides.map((objects) => objects.get(name));
    if (was?.text !== is?.text) return backFrom(name, cameFrom);
    const found = [was, is].flatMap((one) => (one ? [one] : []));
    visit(
      found.flatMap(({ reads, writes }) => (use.writes ? [reads, writes] : [reads])),
      name,
    );
  }
  return null;
}

function backFrom(name: string, cameFrom: ReadonlyMap<string, string | null>): readonly string[] {
  const from = cameFrom.get(name) ?? null;
  return from === null ? [name] : [...backFrom(from, cameFrom), name];
}

function wordsOf(texts: readonly string[]): Set<string> {
  return new Set(texts.flatMap((text) => text.toLowerCase().match(WORD) ?? []));
}

const WORD = /[\p{L}_][\p{L}\p{N}_$]*/gu;

/** True for a name that a text shows as one word; others could not be found in it. */
export function isWord(name: string): boolean {
  return name.match(WORD)?.[0] === name;
}
