import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');

/** Who may import whom; see docs/architecture.md. A folder may always import itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'bench/core': [],
  'bench/postgres': ['bench/core'],
  'bench/servers': ['bench/core', 'bench/postgres'],
  'bench/engine': ['bench/core', 'bench/postgres'],
  'bench/commands': ['bench/core', 'bench/postgres', 'bench/servers', 'bench/engine', 'reports'],
  fixtures: ['bench/core'],
  db: ['bench/core'],
  scenarios: ['bench/core', 'fixtures', 'db'],
  reports: ['bench/core'],
};

/** Packages that only one folder may touch. */
const OWNED: Readonly<Record<string, string>> = {
  pg: 'bench/postgres',
  'pg-copy-streams': 'bench/postgres',
  commander: 'bench/commands',
  '@faker-js/faker': 'fixtures',
  'd3-scale': 'reports',
  'd3-shape': 'reports',
};

interface Import {
  readonly file: string;
  readonly folder: string;
  readonly target: string;
}

const folderOf = (file: string) =>
  Object.keys(ALLOWED).find((folder) => file === folder || file.startsWith(`${folder}/`));

function sources(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => path.join(folder, file));
}

function imports(folder: string): Import[] {
  return sources(folder).flatMap((file) => {
    const text = readFileSync(path.join(ROOT, file), 'utf8');
    return [...text.matchAll(/(?:from|import)\s+'([^']+)'/g)].map(([, target = '']) => ({
      file,
      folder,
      target,
    }));
  });
}

const all = Object.keys(ALLOWED).flatMap(imports);

describe('the architecture', () => {
  it('has imports to look at', () => {
    expect(all.length).toBeGreaterThan(100);
  });

  it('has no arrow that is not in the table', () => {
    const wrong = all.flatMap(({ file, folder, target }) => {
      if (!target.startsWith('.')) return [];
      const to = folderOf(path.join(path.dirname(file), target));
      const fine = to !== undefined && (to === folder || (ALLOWED[folder] ?? []).includes(to));
      return fine ? [] : [`${file} imports ${target}`];
    });
    expect(wrong).toEqual([]);
  });

  it('keeps each driver and library in the folder that owns it', () => {
    const wrong = all.filter(({ folder, target }) => OWNED[target] !== undefined && OWNED[target] !== folder);
    expect(wrong).toEqual([]);
  });

  it('keeps the core free of Node, but for hashing', () => {
    const wrong = all.filter(
      ({ folder, target }) => folder === 'bench/core' && /^node:(?!crypto$)/.test(target),
    );
    expect(wrong).toEqual([]);
  });

  it('lets only the entry point touch the process object', () => {
    const wrong = Object.keys(ALLOWED)
      .flatMap(sources)
      .filter((file) =>
        /\bprocess\.(argv|env|exit|stdout|stderr|on)\b/.test(readFileSync(path.join(ROOT, file), 'utf8')),
      );
    expect(wrong).toEqual([]);
  });

  it('has no file over 300 lines', () => {
    const long = Object.keys(ALLOWED)
      .flatMap(sources)
      .filter((file) => readFileSync(path.join(ROOT, file), 'utf8').split('\n').length > 301);
    expect(long).toEqual([]);
  });
});
