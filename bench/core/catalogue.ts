/** Exit codes of the program, documented in docs/errors.md. */
export const EXIT = {
  ok: 0,
  bug: 1,
  usage: 2,
  refused: 3,
  server: 4,
  inconclusive: 5,
  resources: 6,
  answersDiffer: 7,
  regression: 99,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

interface CatalogueEntry {
  readonly exit: ExitCode;
  /** What happened, from the facts. `{name}` is replaced by the fact `name`. */
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
}

/** Every expected trouble. Names are permanent. */
export const CATALOGUE = {
  'BENCH-USAGE': { exit: EXIT.usage, message: '{problem}', fix: 'see `{command} --help`' },
  'BENCH-UNKNOWN-NAME': {
    exit: EXIT.usage,
    message: 'unknown {kind} "{name}"',
    fix: '{suggestion}',
  },
  'BENCH-BAD-COUNT': {
    exit: EXIT.usage,
    message: '{flag} wants a whole number of at least {least}, got "{value}"',
    fix: 'write it like 5000, 100k or 2M',
  },
  'BENCH-SUITE-INVALID': {
    exit: EXIT.usage,
    message: 'no usable suite in {folder}: {problem}',
    fix: 'mend that file; docs/adding.md says what a suite has',
  },
  'BENCH-OUT-UNUSABLE': {
    exit: EXIT.usage,
    message: 'cannot write results to {path}: {problem}',
    fix: 'name a folder you may write to with --out DIR',
  },
  'BENCH-RUN-FILE-INVALID': {
    exit: EXIT.usage,
    message: '{path} is not a run file of this program: {problem}',
    fix: 'name the run.json of a run, or its folder; `bench run` writes one to results/<run id>/',
  },
  'BENCH-GATE-REF': {
    exit: EXIT.usage,
    message: 'cannot take the base of the gate from {ref}: {problem}',
    fix: '{remedy}',
  },
  'BENCH-GATE-DATA': {
    exit: EXIT.usage,
    message: 'the two sides of the gate do not generate the same data, so nothing can be compared',
    fix: 'change fixtures in a pull request of their own, and gate the one after it',
  },
  'BENCH-GATE-ROLES': {
    exit: EXIT.usage,
    message:
      'one side of the gate changes roles or settings of the whole server, so the other would have them too: {statement}',
    fix: 'set it for one database (ALTER ROLE … IN DATABASE, ALTER DATABASE), or change it in a pull request of its own, and gate the one after it',
  },
  'BENCH-GATE-SIDE': {
    exit: EXIT.server,
    message: 'the {side} side of the gate cannot be built: {problem}',
    fix: 'mend that file; a base that cannot be built needs another --base-ref',
  },
  'BENCH-GATE-UNCOUNTED': {
    exit: EXIT.server,
    message: 'the server lacks pg_stat_statements, so a gate would have no counters and no plans to judge by',
    fix: 'install the package that has it (PGDG for Red Hat: postgresql18-contrib, Fedora: postgresql-contrib, Debian: postgresql-18 itself), or leave --server out',
  },
  'BENCH-ENVIRONMENTS-DIFFER': {
    exit: EXIT.usage,
    message: 'the runs cannot be compared: {differences}',
    fix: 'run both on the same server, machine and data; `bench run` interleaves what it compares',
  },
  'BENCH-NOTHING-IN-COMMON': {
    exit: EXIT.usage,
    message: 'the runs {base} and {head} have no arm in common, so nothing can be compared',
    fix: 'name two runs that measured the same scenarios in the same states',
  },
  'BENCH-RUN-UNFINISHED': {
    exit: EXIT.usage,
    message: 'run {run} is {status}, so nothing can be said of the whole of it',
    fix: 'let `bench run` come to its end, and name the run file that it leaves',
  },
  'BENCH-GATE-EARLY': {
    exit: EXIT.usage,
    message: 'run {run} is a gate that its first block decided, so its times are of that block alone',
    fix: 'name the run of a gate that passed, or one of `bench run`',
  },
  'BENCH-THRESHOLD-INVALID': {
    exit: EXIT.usage,
    message: '{file}:{line}: {problem}\n{excerpt}',
    fix: '{suggestion}',
  },
  'BENCH-THRESHOLDS-UNUSABLE': {
    exit: EXIT.usage,
    message: 'no thresholds in {path}: {problem}',
    fix: 'write one a line, like `lead-list p95 < 5ms`; docs/gate.md has the grammar',
  },
  'BENCH-GATE-FILE-INVALID': {
    exit: EXIT.usage,
    message: '{path} holds no accepted changes: {problem}',
    fix: 'mend it, or remove it and accept again with `bench gate … --accept NAME --because TEXT`',
  },
  'BENCH-HISTORY-INVALID': {
    exit: EXIT.usage,
    message: '{path} is not a history of this program: {problem}',
    fix: 'delete or mend what is wrong (each line is one JSON document), or name another with --file; `bench history add RUN` begins one',
  },
  'BENCH-HISTORY-TORN': {
    exit: EXIT.usage,
    message: '{path} ends in the middle of line {line}: whoever wrote it was cut off',
    fix: 'delete line {line}, then add its run again: lines that are there stay as they are',
  },
  'BENCH-HISTORY-UNUSABLE': {
    exit: EXIT.usage,
    message: 'cannot append to {path}: {problem}',
    fix: 'name a file you may write to with --file FILE',
  },
  'BENCH-VERIFY-FAILED': {
    exit: EXIT.usage,
    message: '{path} does not follow from its samples: {problem}',
    fix: 'believe neither; measure again, or restore the folder as `bench run` left it',
  },
  'BENCH-SERVER-IN-USE': {
    exit: EXIT.refused,
    message: 'the server in {folder} is used by process {pid}',
    fix: 'wait for process {pid}, or end it; BENCH_CACHE=DIR gives a run a cache of its own',
  },
  'BENCH-SERVER-NOT-PROVISIONED': {
    exit: EXIT.server,
    message: 'the {server} server cannot be set up: {problem}',
    fix: '{remedy}',
  },
  'BENCH-SERVER-START': {
    exit: EXIT.server,
    message: 'PostgreSQL did not start: {problem}',
    fix: 'read {log}; `bench clean` removes a damaged cache',
  },
  'BENCH-SERVER-PORT': {
    exit: EXIT.refused,
    message: 'the server that is up listens on port {port}',
    fix: 'leave --port out, or stop it with `bench down`',
  },
  'BENCH-STATE-IN-USE': {
    exit: EXIT.refused,
    message: 'somebody is connected to {database}, so it cannot be copied: {problem}',
    fix: 'end that session (psql on a database of `bench up`?) and run the same command again',
  },
  'BENCH-CACHE-UNUSABLE': {
    exit: EXIT.usage,
    message: 'cannot use {path} as the cache: {problem}',
    fix: 'name a folder you may write to with BENCH_CACHE=DIR',
  },
  'BENCH-SERVER-TLS': {
    exit: EXIT.refused,
    message: 'the server that is up was started {with} --tls',
    fix: 'stop it with `bench down`, or leave --tls as it was',
  },
  'BENCH-SERVER-LOST': {
    exit: EXIT.server,
    message: 'the connection to PostgreSQL was lost: {problem}',
    fix: 'read {log}, then run the same command again',
  },
  'BENCH-PORT-TAKEN': {
    exit: EXIT.server,
    message: 'port {port} is taken',
    fix: 'leave --port out to get a free one, or name another',
  },
  'BENCH-DISK-SPACE': {
    exit: EXIT.resources,
    message: '{path} has {free} free, this run needs about {needed}',
    fix: 'free some space (`bench clean` empties the cache), name another disk with BENCH_CACHE=DIR, or take fewer --contacts',
  },
  'BENCH-DISK-FULL': {
    exit: EXIT.resources,
    message: 'the disk of the server is full: {problem}',
    fix: 'free some space (`bench clean` empties the cache) and run the same command again',
  },
  'BENCH-OUT-FULL': {
    exit: EXIT.resources,
    message: 'the disk with {path} is full',
    fix: 'free some space there, or name a folder on another disk with --out DIR',
  },
  'BENCH-SQL': {
    exit: EXIT.usage,
    message: '{file}:{line}: {problem} (SQLSTATE {sqlstate})\n{excerpt}',
    fix: 'mend the statement at the caret',
  },
  'BENCH-LOAD': {
    exit: EXIT.usage,
    message: 'table {table} does not take the rows of fixtures/: {problem} (SQLSTATE {sqlstate})',
    fix: 'mend the table in db/schema, or its generator in fixtures/: one of them names or makes what the other does not allow',
  },
  'BENCH-FIDELITY': {
    exit: EXIT.usage,
    message: 'the loaded data is not what the fixtures declare: {problem}',
    fix: 'mend the generator or its declaration in fixtures/',
  },
  'BENCH-ANSWERS-DIFFER': {
    exit: EXIT.answersDiffer,
    message: '{count} of {total} comparisons gave different answers: {first}',
    fix: 'read "answers" in {report}; a ratio without the same answer means nothing',
  },
  'BENCH-ARM-FAILED': {
    exit: EXIT.bug,
    message: '{count} arms failed; the first: {first}',
    fix: 'read the warnings in {report}',
  },
  'BENCH-JOB-FAILED': {
    exit: EXIT.bug,
    message: '{count} jobs failed; the first: {first}',
    fix: 'run it alone with --job, or read its function in the suite',
  },
  'BENCH-INTERRUPTED': {
    exit: EXIT.interrupted,
    message: 'interrupted{kept}',
    fix: 'run the same command again: finished states are kept',
  },
  'BENCH-TERMINATED': {
    exit: EXIT.terminated,
    message: 'terminated{kept}',
    fix: 'run the same command again: finished states are kept',
  },
  'BENCH-NOT-OUR-CACHE': {
    exit: EXIT.refused,
    message: '{folder} holds other files and not the marker of this program, so it is left alone',
    fix: 'name a new or an empty folder with BENCH_CACHE=DIR',
  },
  'BENCH-REPORT-TOO-LARGE': {
    exit: EXIT.resources,
    message: 'the report would have {size}, more than a browser opens',
    fix: 'run fewer scenarios, or read the run file with --format json',
  },
  'BENCH-NO-SERVER-UP': {
    exit: EXIT.usage,
    message: 'no server is up',
    fix: 'start one with `bench up`',
  },
} as const satisfies Record<string, CatalogueEntry>;
