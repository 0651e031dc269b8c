import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planNodes } from '../bench/core/plan-tree.ts';
import { mainPlan } from '../bench/core/plan-view.ts';
import { RunFile } from '../bench/core/run-file.ts';
import { statesFor } from '../bench/engine/plan.ts';
import { PROFILES } from '../bench/engine/profile.ts';
import { loadSuite } from '../bench/engine/suite-folder.ts';
import { type Ended, Program, ROOT } from './program.ts';

let program: Program;
let smoke: Ended;
let run: RunFile;

beforeAll(async () => {
  program = await Program.create();
  smoke = await program.run('run', '--profile', 'smoke', '--json');
  run = RunFile.parse(JSON.parse(await readFile(JSON.parse(smoke.stdout).path, 'utf8')));
});

afterAll(async () => {
  await program.remove();
});

describe('MailGenius at 1,000 contacts', () => {
  it('runs every scenario and variant in every state', async () => {
    expect(smoke.code, smoke.stderr).toBe(0);
    const suite = await loadSuite(ROOT);
    const fixtures = { seed: 1, contacts: PROFILES['smoke']?.contacts ?? 0 };
    const arms = suite.scenarios.flatMap(({ name, scenario }) =>
      scenario
        .variants(fixtures)
        .flatMap((variant) =>
          statesFor(suite, { name, scenario }).map((state) => `${name} ${variant.name} ${state.name}`),
        ),
    );
    expect(run.states.map((state) => state.name)).toEqual([
      'base',
      'indexes',
      'partitioning',
      'procedures',
      'views',
      'settings',
      'pooling',
    ]);
    // Keeping connections changes nothing for who has one already.
    const pooled = run.arms.filter(({ state }) => state === 'pooling');
    expect(new Set(pooled.map(({ scenario }) => scenario))).toEqual(new Set(['connect']));
    expect(run.arms.map((arm) => `${arm.scenario} ${arm.variant} ${arm.state}`).sort()).toEqual(arms.sort());
    // One block can say nothing, so there is nothing to control.
    expect(run.arms.every(({ control }) => !control)).toBe(true);
  });

  it('has rows in every table, also in those that no scenario reads', () => {
    expect(run.load.tables.map(({ name }) => name)).toEqual(run.suite.tables);
  });

  it('counts what the server did: reads three times, writes in their timed executions', () => {
    for (const { scenario, variant, state, counters, plans } of run.arms) {
      const name = `${scenario} ${variant} ${state}`;
      const { writes, variants } = run.scenarios.find((one) => one.name === scenario) ?? {};
      expect(counters.length, name).toBe(writes ? 1 : 3);
      // The plans of writers are taken of main variants; those of `connect` are in connections of its own.
      const isMain = variants?.some((one) => one.main && one.name === variant) ?? false;
      if (scenario !== 'connect' && (isMain || !writes)) expect(plans.length, name).toBeGreaterThan(0);
      for (const one of counters) {
        expect(one.statements, name).toBeGreaterThan(0);
        // An estimate asks the planner and reads nothing.
        if (variant !== 'total=estimated') expect(one.sharedBlocks, name).toBeGreaterThan(0);
        if (writes) expect(one.tables, name).not.toBeNull();
        else expect(one).toMatchObject({ tables: null, walRecords: 0, tempBlocks: 0 });
      }
    }
  });

  it('counts the same blocks each time for nearly every read', () => {
    const reads = run.arms.filter(({ counters }) => counters.length === 3);
    const same = reads.filter(({ counters }) => new Set(counters.map((one) => one.sharedBlocks)).size === 1);
    expect(same.length / reads.length).toBeGreaterThan(0.9);
  });

  it('holds the main writes to a time, and the main reads to the pages of their rows', () => {
    const floors = Object.fromEntries(
      run.floors.map((floor) => [floor.scenario, floor.pages ?? floor.samplesMs.length]),
    );
    expect(floors).toEqual({
      ...{ 'import-100k': 1, 'schedule-1m': 1, 'lead-lookup': 1 },
      ...{ 'lead-list': expect.any(Number), 'lead-search': expect.any(Number) },
      segmentation: expect.any(Number),
    });
    const read = run.floors.filter(({ pages }) => pages !== null);
    expect(read).toHaveLength(4);
    for (const { scenario, variant, state, pages } of read) {
      const arm = run.arms.find(
        (one) => one.scenario === scenario && one.variant === variant && one.state === state,
      );
      expect(pages, scenario).toBeLessThanOrEqual(arm?.answer?.rows ?? 0);
      expect(pages, scenario).toBeLessThan(arm?.counters[0]?.sharedBlocks ?? 0);
    }
  });

  it('tells from the plans what each phase does to a look-up', () => {
    const shapes = run.arms
      .filter(({ scenario, variant }) => scenario === 'lead-lookup' && variant === 'email')
      .map((arm) => [arm.state, mainPlan(arm.plans)?.root] as const);
    const indexOf = (state: string) => {
      const root = shapes.find(([name]) => name === state)?.[1];
      return root ? planNodes(root).flatMap(({ node }) => node.index ?? []) : [];
    };
    // Under row level security the e-mail is no index condition, whatever indexes there are.
    expect(indexOf('indexes')).not.toContain('idx_leads_email_hash');
    expect(indexOf('procedures').join()).toMatch(/email/);
  });

  it('gives the same answer in every state, and the answer computed without SQL', () => {
    for (const arm of run.arms) {
      const name = `${arm.scenario} ${arm.variant} ${arm.state}`;
      expect(arm.error, name).toBeNull();
      expect(arm.answer, name).toEqual(arm.expected);
    }
  });

  it('measures as the application’s role, and as the owner where a variant says so', () => {
    const asOwner = run.arms.filter(({ role }) => role !== 'mailgenius_app');
    expect(new Set(asOwner.map(({ scenario, variant }) => `${scenario} ${variant}`))).toEqual(
      new Set([
        'retention month',
        'row-security look-up, statement as owner',
        'row-security search, statement as owner',
        'row-security tags, statement as owner',
      ]),
    );
    expect(new Set(asOwner.map(({ role }) => role))).toEqual(new Set(['bench']));
  });

  it('keeps the JSON contract', () => {
    const result = JSON.parse(smoke.stdout);
    expect(Object.keys(result)).toEqual(
      expect.arrayContaining([
        'schemaVersion',
        'run',
        'path',
        'server',
        'fixtures',
        'states',
        'comparisons',
        'claims',
        'warnings',
      ]),
    );
    expect(result.fixtures).toEqual({ contacts: 1000, seed: 1, digest: run.load.digest });
    for (const comparison of result.comparisons) expect(comparison.answersEqual).toBe(true);
  });

  it.each(['console', 'markdown', 'html', 'json'])('renders as %s, twice the same', async (format) => {
    const folder = path.dirname(JSON.parse(smoke.stdout).path);
    const [first, second] = [
      await program.run('report', folder, '--format', format),
      await program.run('report', folder, '--format', format),
    ];
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toBe(second.stdout);
    for (const { name } of run.scenarios) expect(first.stdout).toContain(name);
  });
});

describe('the other commands', () => {
  it('lists every name', async () => {
    const { code, stdout } = await program.run('list', '--json');
    expect(code).toBe(0);
    const files = await readdir(path.join(ROOT, 'scenarios'));
    const names = files.filter((file) => /^[a-z0-9-]+\.ts$/.test(file)).map((file) => path.parse(file).name);
    expect(JSON.parse(stdout).scenarios.map(({ name }: { name: string }) => name)).toEqual(names.sort());
  });

  it('loads with a floor beside it, the same bytes each time', async () => {
    const seeds = [
      await program.run('seed', '--contacts', '1000', '--floor', '--json'),
      await program.run('seed', '--contacts', '1000', '--json'),
    ].map(({ stdout }) => JSON.parse(stdout));
    expect(seeds[0].digest).toBe(seeds[1].digest);
    expect(seeds[0].floor.clientCopySeconds).toBeGreaterThan(0);
    expect(seeds[1].floor).toBeNull();
    expect(seeds[1].peakRssBytes).toBeGreaterThan(0);
  });

  it('runs every job on a copy of the last state, which stays as it was', async () => {
    const digest = async () => {
      const { stdout } = await program.run('run', '--profile', 'smoke', '--scenario', 'lead-list', '--json');
      return JSON.parse(stdout).comparisons.map((c: { answers: unknown }) => c.answers);
    };
    const before = await digest();
    const { code, stdout, stderr } = await program.run('maintain', '--profile', 'smoke', '--json');
    expect(code, stderr).toBe(0);
    const jobs = JSON.parse(stdout);
    expect(jobs.map(({ name, error }: { name: string; error: unknown }) => [name, error])).toEqual([
      ['create-partitions', null],
      ['daily-maintenance', null],
      ['fold-campaign-metrics', null],
      ['refresh-analytics', null],
      ['reindex-search', null],
      ['vacuum-leads', null],
      ['vacuum-sends', null],
    ]);
    expect(await digest()).toEqual(before);
    const unknown = await program.run('maintain', '--profile', 'smoke', '--job', 'vacuum');
    expect(unknown.stderr).toMatch(/unknown job "vacuum"/);
    expect(unknown.code).toBe(2);
  });

  it('brings the states up to look at, and down again', async () => {
    const up = await program.run('up', '--contacts', '1000', '--json');
    expect(up.code, up.stderr).toBe(0);
    const facts = JSON.parse(up.stdout);
    expect(facts.states.map(({ state }: { state: string }) => state)).toEqual(
      run.states.map(({ name }) => name),
    );
    expect((await readFile(facts.passwordFile, 'utf8')).trim()).not.toBe('');
    const during = await program.run('run', '--profile', 'smoke', '--scenario', 'lead-lookup', '--quiet');
    expect(during.code, during.stderr).toBe(0);
    expect((await program.run('down')).stdout).toBe('stopped\n');
    const again = await program.run('down');
    expect(again.stderr).toMatch(/BENCH-NO-SERVER-UP/);
    expect(again.code).toBe(2);
  });
});
