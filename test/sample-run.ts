import type { Arm, RunFile, Sample } from '../bench/core/run-file.ts';
import type { DdlStep, RelationSize, StateRecord } from '../bench/core/state-record.ts';

/** Strings a database or a suite may hand to a report. */
export const HOSTILE = {
  script: '</script><b>bold</b>',
  formula: "'=cmd|' /C calc'!A0",
  markdown: 'a | b `c` @all <i>',
  terminal: '\u001b[31mred\u001b[0m',
  /** What the formats of CI servers are made of, and what none of them may hold. */
  name: '<script>x</script> ]]> a|b\n::error title=t,u::v\r%0A &amp; "q" \'r\' @all #12 ñ😀\u0000\u001b[1m\u202e\ufffe\ud800',
} as const;

const STATES = ['base', 'indexes', 'partitioning', 'procedures', 'views'] as const;

interface Shape {
  readonly scenario: string;
  readonly variant: string;
  readonly main?: boolean;
  /** Milliseconds in each state. */
  readonly times: readonly [number, number, number, number, number];
  readonly blocks: number;
  readonly executions: number;
  readonly total: number;
  /** Units done in each state where a budget ended the arm. */
  readonly done?: readonly [number, number, number, number, number];
}

const SHAPES: readonly Shape[] = [
  read('lead-list', 'page 1', [48, 3.1, 3.2, 1.9, 1.85], true),
  read('lead-list', 'page 100', [61, 21, 21.4, 2.2, 2.2]),
  read('lead-list', 'page 10,000', [212, 176, 178, 2.6, 2.7]),
  read('lead-search', 'term 16 %', [131, 128, 127, 14.2, 14.1], true),
  read('lead-search', 'term 0.01 %', [118, 119, 117, 1.4, 1.4]),
  read('lead-search', HOSTILE.script, [104, 103, 105, 98, 99]),
  read('lead-lookup', 'exact', [0.31, 0.33, 0.33, 0.29, 0.3], true),
  write('import-100k', 'existing 0 %', [61_000, 84_000, 83_200, 4100, 4150], true, [9800, 7100, 7150]),
  write('import-100k', 'existing 50 %', [74_000, 91_500, 92_000, 5300, 5240], false, [8100, 6500, 6480]),
  write('import-100k', 'identical', [52_000, 53_500, 53_100, 1900, 1930], false, [11_500, 11_200, 11_300]),
  write(
    'schedule-1m',
    'first',
    [282_000, 284_500, 311_000, 38_200, 38_900],
    true,
    [213_000, 211_000, 193_000],
  ),
  write(
    'schedule-1m',
    'again',
    [241_000, 243_000, 262_000, 11_400, 11_300],
    false,
    [249_000, 247_000, 229_000],
  ),
  read('segmentation', 'tag and age', [340, 41, 42, 12, 12.1], true),
  read('segmentation', 'or of five', [388, 372, 374, 96, 95]),
  read('segmentation', HOSTILE.formula, [290, 288, 291, 44, 43]),
];

function read(scenario: string, variant: string, times: Shape['times'], main = false): Shape {
  return { scenario, variant, main, times, blocks: 15, executions: 6, total: 1 };
}

function write(
  scenario: string,
  variant: string,
  times: Shape['times'],
  main: boolean,
  early: readonly [number, number, number],
): Shape {
  const total = scenario === 'schedule-1m' ? 1_000_000 : 100_000;
  return { scenario, variant, main, times, blocks: 3, executions: 1, total, done: [...early, total, total] };
}

/** Park & Miller's minimal generator: the same sample run everywhere. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** A complete run of five states and six scenarios, with projected arms and one answer that differs. */
export function sampleRun(): RunFile {
  const random = noise(7);
  return {
    schemaVersion: 1,
    id: '20261123-183000-micro',
    tool: { name: 'mailgenius-bench', version: '0.1.0' },
    commandLine: ['bench', 'run', '--contacts', '100k', '--profile', 'default'],
    startedAt: '2026-11-23T18:30:00.000Z',
    finishedAt: '2026-11-23T19:12:41.000Z',
    status: 'complete',
    profile: 'default',
    suite: { name: 'mailgenius', title: 'MailGenius', contactsTitle: 'leads', hash: 'sha256:7be1c2' },
    server: SERVER,
    machine: {
      platform: 'linux x64',
      cpu: 'AMD EPYC 7763',
      cores: 2,
      memoryBytes: 8_589_934_592,
      node: '20.20.2',
      placement: { client: '0', server: '1' },
    },
    noise: { loopMs: 9.1, loopSpread: 0.012, stealShare: 0.004 },
    load: LOAD,
    orderSeed: 20_261_123,
    scenarios: SCENARIOS,
    claims: CLAIMS,
    objectives: OBJECTIVES,
    mix: MIX,
    design: 'chain',
    states: STATES.map(state),
    arms: SHAPES.flatMap((shape) => STATES.map((name, i) => arm(shape, name, i, random))),
    gate: null,
    references: [],
    confirmations: [],
    floors: FLOORS,
    warnings: ['The machine has 2 cores; parallel plans were pinned to one worker.', HOSTILE.markdown],
  };
}

const MIX = {
  writes: [{ scenario: 'import-100k', variant: 'existing 0 %', units: 1 }],
  reads: [
    { scenario: 'lead-list', variant: 'page 1', perWrite: 40 },
    { scenario: 'lead-lookup', variant: 'exact', perWrite: 5 },
  ],
};

/** The same run, interrupted while it measured its third scenario. */
export function abortedRun(): RunFile {
  const run = sampleRun();
  const seen = new Set(['lead-list', 'lead-search']);
  const arms = run.arms.filter((one) => seen.has(one.scenario) && one.samples.length > 0);
  return {
    ...run,
    status: 'aborted',
    finishedAt: null,
    arms: arms.filter((one) => one.scenario === 'lead-list' || STATES.indexOf(stateOf(one)) < 3),
    floors: [],
  };
}

function stateOf(one: Arm): (typeof STATES)[number] {
  return STATES.find((name) => name === one.state) ?? 'base';
}

function arm(shape: Shape, name: string, i: number, random: () => number): Arm {
  const done = shape.done?.[i] ?? shape.total;
  const digest = `unordered:${done}:${(shape.scenario.length * 7919 + shape.variant.length * 104_729).toString(16)}`;
  // One answer is wrong on purpose: a report must show it and give no ratio.
  const wrong = shape.variant === 'or of five' && i >= 3 ? 'ff' : '';
  return {
    scenario: shape.scenario,
    variant: shape.variant,
    state: name,
    control: false,
    role: 'mailgenius_app',
    cache: shape.done ? 'clone' : 'hot',
    samples: samples(shape, i, done, random),
    answer: { digest: `${digest}${wrong}`, rows: done },
    expected: { digest, rows: done },
    counters: [],
    plans: [],
    laterPlans: [],
    error: null,
  };
}

const CLIENT = { cpuShare: 0.18, loopShare: 0.2, gcShare: 0.01, delayMs: 0.4, idleMs: 0.09 };

function samples(shape: Shape, i: number, done: number, random: () => number): Sample[] {
  return Array.from({ length: shape.blocks }, (_, block) => {
    const drift = 1 + 0.05 * Math.sin(block);
    const executionsMs = Array.from({ length: shape.executions }, () => {
      const tail = random() > 0.93 ? 1.25 : 1;
      const whole = (shape.times[i] ?? 1) * drift * (0.97 + 0.07 * random()) * tail;
      return Number(((whole * done) / shape.total).toFixed(4));
    });
    return { block, order: Math.floor(random() * 5), executionsMs, client: CLIENT, done, total: shape.total };
  });
}

function state(name: string, i: number): StateRecord {
  const relations = relationsOf(i);
  return {
    name,
    title:
      ['The application as it was', 'Indexes', 'Partitioning', 'Procedures', 'Materialized views'][i] ?? name,
    phases: STATES.slice(1, i + 1).map((phase, n) => `0${n + 1}-${phase}`),
    buildMs: [14_200, 9300, 21_800, 420, 3100][i] ?? 0,
    walBytes: [310e6, 96e6, 268e6, 190e3, 9.4e6][i] ?? 0,
    bytes: relations.reduce((sum, { bytes }) => sum + bytes, 7_900_000),
    cached: i === 0,
    ddl: i === 0 ? [] : ddl(name, i),
    notices: [],
    locks: i === 2 ? [{ relation: 'email_sends', mode: 'AccessExclusiveLock', heldMs: 41 }] : [],
    refreshes: i === 4 ? [{ view: 'lead_analytics', ms: 640, walBytes: 21_000 }] : [],
    relations,
  };
}

function relationsOf(i: number): RelationSize[] {
  const table = (name: string, bytes: number): RelationSize => ({ name, kind: 'table', table: name, bytes });
  const index = (name: string, of: string, bytes: number): RelationSize => ({
    name,
    kind: 'index',
    table: of,
    bytes,
  });
  const sends = i < 2 ? 'email_sends' : 'email_sends_partitioned';
  return [
    table('leads', 41e6),
    index('leads_pkey', 'leads', 4.1e6),
    index('leads_workspace_email_key', 'leads', 9.7e6),
    ...(i >= 1
      ? ['status_email', 'created_at', 'email_hash', 'tags_gin', 'custom_fields_gin', 'trgm']
      : []
    ).map((name, n) =>
      index(`idx_leads_${name}`, 'leads', [5.2e6, 3.9e6, 4.2e6, 2.1e6, 6.8e6, 17.5e6][n] ?? 0),
    ),
    table(sends, i < 2 ? 38e6 : 36.5e6),
    index(`${sends}_pkey`, sends, 8.4e6),
    index(`${sends}_campaign`, sends, i < 2 ? 6.9e6 : 4.8e6),
    table('lead_activities', 14.6e6),
    index('lead_activities_pkey', 'lead_activities', 4.3e6),
    table('campaigns', 180e3),
    table(HOSTILE.script, 8192),
    ...(i === 4
      ? [{ name: 'lead_analytics', kind: 'view' as const, table: 'lead_analytics', bytes: 720e3 }]
      : []),
  ];
}

function ddl(name: string, i: number): DdlStep[] {
  const file = `db/phases/0${i}-${name}/up.sql`;
  return [
    { file, line: 12, statement: `CREATE INDEX idx_leads_${name} ON leads …`, ms: 2410, walBytes: 41e6 },
    { file, line: 31, statement: `COMMENT ON TABLE leads IS '${HOSTILE.script}'`, ms: 3.2, walBytes: 240 },
    { file, line: 40, statement: 'ANALYZE leads', ms: 610, walBytes: 52_000 },
  ];
}

const SERVER: RunFile['server'] = {
  kind: 'embedded',
  version: '18.4',
  build: 'PostgreSQL 18.4 on x86_64-pc-linux-gnu, compiled by gcc 7.5.0, 64-bit',
  locale: 'builtin C.UTF-8',
  checksums: true,
  connection: 'not encrypted',
  settings: { shared_buffers: '512MB', jit: 'off', work_mem: '16MB', 'mailgenius.note': HOSTILE.script },
  extensions: {
    present: ['btree_gin', 'btree_gist', 'citext', 'pg_trgm'],
    absent: ['pg_cron', 'pg_partman'],
  },
};

const LOAD: RunFile['load'] = {
  contacts: 100_000,
  seed: 42,
  rows: 401_220,
  bytes: 61_400_000,
  seconds: 8.4,
  digest: 'unordered:401220:8c1f0a2b77',
  tables: [
    { name: 'leads', rows: 100_000, bytes: 19_800_000, seconds: 2.6 },
    { name: 'email_sends', rows: 200_000, bytes: 30_100_000, seconds: 3.9 },
    { name: 'lead_activities', rows: 100_000, bytes: 11_300_000, seconds: 1.7 },
  ],
};

const TITLES: readonly (readonly [string, string, string, string | null])[] = [
  ['lead-list', 'List leads', 'queries', 'lead-query'],
  ['lead-search', 'Search leads', 'queries', 'lead-query'],
  ['lead-lookup', 'Look an e-mail up', 'queries', null],
  ['import-100k', 'Import 100,000 leads', 'leads', 'import-100k'],
  ['schedule-1m', 'Schedule 1,000,000 sends', 'recipients', 'schedule-1m'],
  ['segmentation', 'Evaluate segments', 'queries', 'segmentation'],
];

const SCENARIOS: RunFile['scenarios'] = TITLES.map(([name, title, unit, claim]) => ({
  name,
  title,
  help: `${title}, as the application does it in each state.`,
  claim,
  unit,
  writes: name === 'import-100k' || name === 'schedule-1m',
  variants: SHAPES.filter(({ scenario }) => scenario === name).map(({ variant, main }) => ({
    name: variant,
    main: main ?? false,
    blocks: null,
  })),
  states: null,
}));

const OBJECTIVES: RunFile['objectives'] = [
  { scenario: 'lead-list', variants: 'page*', statistic: 'median', atMostMs: 2, contacts: 100_000 },
  { scenario: 'lead-lookup', variants: 'exact', statistic: 'p95', atMostMs: 1, contacts: 2_000_000 },
];

const CLAIMS: RunFile['claims'] = [
  claim('lead-query', 'Lead queries', '5–30 s → 200–500 ms, 95 % faster', 500, 0.95, 2_000_000),
  claim('import-100k', 'Bulk import', '30–60 s → 5–15 s, 75 % faster', 15_000, 0.75, null),
  claim('schedule-1m', 'Campaign send', '10–30 min → 1–3 min, 90 % faster', 180_000, 0.9, null),
  claim('segmentation', 'Segmentation', '10–30 s → 1–3 s, 95 % faster', 3000, 0.95, 2_000_000),
  claim('partition-space', 'Space', '60 % space savings', null, null, null),
];

function claim(
  id: string,
  title: string,
  promised: string,
  afterMs: number | null,
  faster: number | null,
  contacts: number | null,
): RunFile['claims'][number] {
  return { id, title, promised, afterMs, faster, contacts, storage: null, shownBy: null, unjudged: null };
}

const FLOORS: RunFile['floors'] = [
  {
    scenario: 'import-100k',
    variant: 'existing 0 %',
    state: 'views',
    title: 'COPY of the same rows and one merge',
    samplesMs: [2110, 2080, 2160],
    pages: null,
  },
  {
    scenario: 'schedule-1m',
    variant: 'first',
    state: 'views',
    title: 'one INSERT … SELECT',
    samplesMs: [21_400, 21_900, 21_100],
    pages: null,
  },
];
