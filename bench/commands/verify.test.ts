import { appendFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { indexAblation } from '../../test/ablation-run.ts';
import { abortedRun, sampleRun } from '../../test/sample-run.ts';
import type { RunFile } from '../core/run-file.ts';
import { Recorder } from '../engine/recorder.ts';
import { verifyFolder } from './verify.ts';

let out: string;
let folders = 0;

beforeAll(async () => {
  out = await mkdtemp(path.join(tmpdir(), 'verify-'));
});

afterAll(() => rm(out, { recursive: true }));

/** The folder that a run leaves, its samples noted in the opposite order. */
async function folderOf(run: RunFile): Promise<string> {
  folders += 1;
  const recorder = await Recorder.open(out, String(folders));
  const arms = [...run.arms, ...run.confirmations.flatMap(({ arms: of }) => of)].reverse();
  for (const { scenario, variant, state, control, samples } of arms)
    for (const sample of samples)
      await recorder.note({ scenario, variant, state, control, ...sample, digest: 'unordered:1:ab' });
  await recorder.finish(run);
  return recorder.folder;
}

/** The sample run's searches by e-mail, and one of them measured once more. */
function smallRun(): RunFile {
  const run = sampleRun();
  const arms = run.arms.filter(({ scenario }) => scenario === 'lead-lookup');
  const again = arms.slice(0, 1).map((arm) => ({
    ...arm,
    samples: arm.samples.map((sample) => ({ ...sample, executionsMs: [0.25] })),
  }));
  return { ...run, arms, confirmations: [{ before: 'base', after: 'indexes', arms: again }] };
}

function emptyRun(): RunFile {
  return { ...abortedRun(), arms: [] };
}

const REPORT = { name: 'report.md', content: 'figures' };

describe('the folder of a run', () => {
  it('is proven, with how much there was to prove', async () => {
    const folder = await folderOf(smallRun());
    await writeFile(path.join(folder, 'report.md'), 'figures');
    expect(await verifyFolder(folder, smallRun(), [REPORT])).toBe(
      '90 samples of 465 executions, the DDL of 5 states, 1 report (report.md)',
    );
  });

  it('is not believed where an ablation calls work the same that is not', async () => {
    const ablation = indexAblation();
    const flagged = (scenario: string): RunFile => ({
      ...ablation,
      arms: ablation.arms.map((arm) =>
        arm.scenario === scenario && arm.state === 'without idx_leads_created_at'
          ? { ...arm, sameAsWhole: true }
          : arm,
      ),
    });
    const verified = async (run: RunFile) => verifyFolder(await folderOf(run), run, []);
    expect(await verified(flagged('lead-lookup'))).toMatch(/^\d+ samples/);
    await expect(verified(flagged('lead-list'))).rejects.toThrow(
      'lead-list page 1 does not do the same work without idx_leads_created_at as in views',
    );
  });

  it('of a run that ended before its first sample is proven, and said to have no report', async () => {
    const folder = await folderOf(emptyRun());
    const proven =
      '0 samples of 0 executions, the DDL of 5 states, and no report: the run is aborted, so it has none';
    expect(await verifyFolder(folder, emptyRun(), [REPORT])).toBe(proven);
    await writeFile(path.join(folder, 'samples.ndjson.gz'), await promisify(gzip)('\n'));
    expect(await verifyFolder(folder, emptyRun(), [REPORT])).toBe(proven);
  });

  it('has no line for no sample', async () => {
    const folder = await folderOf(emptyRun());
    expect(await readFile(path.join(folder, 'samples.ndjson.gz'))).toEqual(await promisify(gzip)(''));
  });

  it('of a run that ended while it confirmed a regression has more in its journal', async () => {
    const folder = await folderOf(smallRun());
    const run: RunFile = { ...smallRun(), status: 'aborted', confirmations: [] };
    await (await Recorder.open(out, 'aborted')).finish(run);
    await rename(path.join(folder, 'journal.ndjson'), path.join(out, 'aborted/journal.ndjson'));
    expect(await verifyFolder(path.join(out, 'aborted'), run, [])).toMatch(/^75 samples /);
  });

  const changeOf = (name: string, from: string, to: string) => async (folder: string) => {
    const file = path.join(folder, name);
    const text = await readFile(file, 'utf8');
    expect(text).toContain(from);
    await writeFile(file, text.replace(from, to));
  };
  it.each<[string, (folder: string) => Promise<void>, string]>([
    [
      'a statement of a state',
      changeOf('ddl/indexes.json', 'CREATE INDEX', 'DROP INDEX'),
      'ddl/indexes.json has other statements',
    ],
    ['no file of a state', (folder) => rm(path.join(folder, 'ddl/views.json')), 'ddl/views.json is missing'],
    [
      'the file of another state',
      (folder) => writeFile(path.join(folder, 'ddl/other.json'), '[]\n'),
      'ddl/other.json is of no state of the run',
    ],
    [
      'another time in the journal',
      changeOf('journal.ndjson', '"executionsMs":[0.', '"executionsMs":[1.'),
      'journal.ndjson has other samples than the run file',
    ],
    [
      'a journal that goes on',
      async (folder) => {
        const journal = path.join(folder, 'journal.ndjson');
        const [first] = (await readFile(journal, 'utf8')).split('\n');
        await appendFile(journal, `${first}\n`);
      },
      'journal.ndjson has other samples than the run file',
    ],
    [
      'a journal that breaks off',
      (folder) => appendFile(path.join(folder, 'journal.ndjson'), '{"scenario":'),
      'journal.ndjson is damaged',
    ],
    ['no report', async () => undefined, 'report.md is missing'],
  ])('with %s is refused', async (_, alter, problem) => {
    const folder = await folderOf(smallRun());
    await alter(folder);
    await expect(verifyFolder(folder, smallRun(), [REPORT])).rejects.toMatchObject({
      name: 'BENCH-VERIFY-FAILED',
      facts: { problem },
    });
  });

  it('of a run that did not end is refused where a report is there with other figures', async () => {
    const folder = await folderOf(emptyRun());
    await writeFile(path.join(folder, 'report.md'), 'other');
    await expect(verifyFolder(folder, emptyRun(), [REPORT])).rejects.toMatchObject({
      facts: { problem: 'report.md prints other figures' },
    });
  });
});
