import { access, readFile, realpath } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { init, parse } from 'es-module-lexer';
import { type Loader, transform } from 'esbuild';
import { z } from 'zod';

/** What a module is made of. */
export interface Imports {
  /** The module and all that it imports by a relative path, in turn; as paths relative to the root. */
  readonly files: ReadonlySet<string>;
  /**
   * Names that are neither a path nor a package: `#query`, an alias of tsconfig.json, or one put together when it runs.
   * Nothing is known of their files.
   */
  readonly aliases: ReadonlySet<string>;
  /** True where a module can open any file: by its path, in another process or thread, or with a `require` of its own. */
  readonly opensFiles: boolean;
}

const REQUIRE = /\brequire\s*\(/g;
/** What a call is given: a plain text, and nothing that is added to it. */
const PLAIN = /\s*(['"`])([^'"`\n$\\]+)\1\s*[,)]/y;
const OPENS_FILES = /^(?:node:)?(?:fs|child_process|worker_threads|module)(?:\/|$)/;
/** Files that are read as code, by their ending. */
const LOADERS = { ts: 'ts', tsx: 'tsx', js: 'js', jsx: 'jsx' } as const;
const CODE = /\.[mc]?(ts|tsx|js|jsx)$/;
/** Whatever is not a type stays, whether it is used or not. */
const TSCONFIG = { compilerOptions: { verbatimModuleSyntax: true } };

/** Names that a module imports; one that is put together as what is written there, or nothing, which is no file's name. */
async function importedBy(file: string, text: string): Promise<string[]> {
  const loader = LOADERS[CODE.exec(file)?.[1] as keyof typeof LOADERS];
  if (loader === undefined) return [];
  // What nobody can read may import anything.
  return namesIn(text, loader).catch(() => ['']);
}

async function namesIn(text: string, loader: Loader): Promise<string[]> {
  const { code } = await transform(text, { loader, tsconfigRaw: TSCONFIG, logLevel: 'silent' });
  await init;
  const [found] = parse(code);
  const statements = found.flatMap(({ n, d, s, e }) => (d === -2 ? [] : [n ?? code.slice(s, e)]));
  return [...statements, ...requiredBy(code)];
}

function* requiredBy(code: string): Generator<string> {
  for (const { index, 0: call } of code.matchAll(REQUIRE)) {
    PLAIN.lastIndex = index + call.length;
    yield PLAIN.exec(code)?.[2] ?? code.slice(index).split('\n')[0] ?? '';
  }
}

/** How TypeScript names a module: by the file that it becomes, without an ending, or by its folder. */
function namesOf(file: string): readonly string[] {
  const source = file.replace(/\.([mc]?)js$/, '.$1ts');
  return [file, source, `${file}.ts`, `${file}.js`, path.join(file, 'index.ts'), path.join(file, 'index.js')];
}

/** Follows the imports of a module, and of the package that the root is part of. What is not there is left out. */
export async function importsOf(root: string, file: string): Promise<Imports> {
  const own = await packageAround(root);
  const files = new Set<string>();
  const aliases = new Set<string>();
  const queue = [path.normalize(file)];
  let opensFiles = false;
  for (const name of queue) {
    const text = await readFile(path.join(root, name), 'utf8').catch(() => null);
    if (text === null || files.has(name)) continue;
    files.add(name);
    for (const imported of await importedBy(name, text)) {
      opensFiles ||= OPENS_FILES.test(imported);
      const exported = own?.exports.get(imported);
      if (isPath(imported)) queue.push(...namesOf(path.join(path.dirname(name), imported)));
      else if (own && exported !== undefined)
        queue.push(path.relative(root, path.join(own.folder, exported)));
      else if (!isBuiltin(imported) && !(await isPackage(root, imported))) aliases.add(imported);
    }
  }
  return { files, aliases, opensFiles };
}

function isPath(imported: string): boolean {
  return /^\.{1,2}(\/|$)/.test(imported);
}

/**
 * Whether a folder of packages, of the root or above it, has it; one whose files are in the repository itself, such as a
 * workspace's, is none.
 */
async function isPackage(root: string, imported: string): Promise<boolean> {
  if (!PACKAGE.test(imported)) return false;
  const [scope = '', name = ''] = imported.split('/');
  const top = await repositoryOf(root);
  const folder = path.join('node_modules', scope.startsWith('@') ? `${scope}/${name}` : scope);
  for (const at of upwards(root)) {
    const real = await realpath(path.join(at, folder)).catch(() => null);
    if (real !== null) return isIn(real, 'node_modules') || !real.startsWith(`${top}${path.sep}`);
  }
  return false;
}

/** How a package is named, perhaps with a module of it. */
const PACKAGE = /^(@[\w.~-]+\/)?[\w~-][\w.~-]*(\/|$)/;

/** The folder with the history of the root's files, or the root where there is none. */
async function repositoryOf(root: string): Promise<string> {
  const folder = await realpath(root);
  for (const at of upwards(folder)) if (await isThere(path.join(at, '.git'))) return at;
  return folder;
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function isIn(file: string, folder: string): boolean {
  return file.split(path.sep).includes(folder);
}

function* upwards(folder: string): Generator<string> {
  for (let at = folder; ; at = path.dirname(at)) {
    yield at;
    if (at === path.dirname(at)) return;
  }
}

const Manifest = z.object({ name: z.string(), exports: z.record(z.string(), z.unknown()).default({}) });

/** The package that a folder lies in, by the names that its own modules may import it by. */
async function packageAround(root: string) {
  for (const folder of upwards(root)) {
    const text = await readFile(path.join(folder, 'package.json'), 'utf8').catch(() => null);
    if (text === null) continue;
    const manifest = Manifest.safeParse(JSON.parse(text));
    if (!manifest.success) return null;
    const { name, exports } = manifest.data;
    const plain = Object.entries(exports).flatMap(([key, target]) =>
      typeof target === 'string' ? [[path.posix.join(name, key), target] as const] : [],
    );
    return { folder, exports: new Map(plain) };
  }
  return null;
}
