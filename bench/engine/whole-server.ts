import { BenchError } from '../core/errors.ts';
import { withoutComments } from '../postgres/sql-text.ts';
import type { Suite } from './suite-folder.ts';

/** What a statement may do to all databases of a server. What it sets for a role in one database is that one's own. */
const WHOLE_SERVER: readonly RegExp[] = [
  /\b(?:CREATE|DROP) (?:ROLE|USER|GROUP)\b(?! MAPPING)/i,
  /\bALTER (?:ROLE|USER|GROUP)\b(?! MAPPING)(?![^;]*\bIN DATABASE\b)/i,
  /\bALTER SYSTEM\b/i,
  // Membership. Rights on something name it with ON, or come with it from elsewhere: GRANT %s TO %I.
  /\b(?:GRANT|REVOKE) (?!%s)(?:(?!\bON\b)[^;])*\b(?:TO|FROM)\b/i,
];

/** Letters of a statement that an error shows. */
const SHOWN = 120;

/**
 * Both sides of a gate share the roles and the settings of one server, so neither may change them alone. Read from the
 * text: a state may have been built long ago. Errors: BENCH-GATE-ROLES.
 */
export function requireSameRoles(base: Suite, head: Suite): void {
  const [was, is] = [statementsOf(base), statementsOf(head)];
  const [change] = [...is.filter((text) => !was.includes(text)), ...was.filter((text) => !is.includes(text))];
  if (change === undefined) return;
  const statement = change.length <= SHOWN ? change : `${change.slice(0, SHOWN - 1)}…`;
  throw new BenchError('BENCH-GATE-ROLES', { statement });
}

/** Without comments, each on one line. */
function statementsOf({ schema, states }: Suite): readonly string[] {
  const files = [...schema, ...states.flatMap(({ phase }) => phase?.up ?? [])];
  return files
    .flatMap(({ statements }) => statements)
    .map(({ text }) => withoutComments(text).replace(/\s+/g, ' ').trim())
    .filter((text) => WHOLE_SERVER.some((pattern) => pattern.test(text)));
}
