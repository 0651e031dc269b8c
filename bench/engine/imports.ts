import { access, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import path from 'node:path';

/** What a module is made of. */
export interface Imports {
  /** The module and all that it imports by a relative path, in turn; as paths relative to the root. */
  readonly files: ReadonlySet<string>;
  /** Names that are neither a path nor a package: `#query`, or an alias of tsconfig.json. Nothing is known of their files. */
  readonly aliases: ReadonlySet<string>;
}

/** `export … from` and `import()` with a plain text too. */
const IMPORT = /\b(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g;

/** How TypeScript names a module: by the file that it becomes, without an ending, or by its folder. */
function namesOf(file: string): readonly string[] {
  const source = file.replace(/\.([mc]?)js$/, '.$1ts');
  return [file, source, `${file}.ts`, `${file}.js`, `${file}/index.ts`, `${file}/index.js`];
}

/** Follows the imports of a module. What is not there is left out. */
export async function importsOf(root: string, file: string): Promise<Imports> {
  const files = new Set<string>();
  const aliases = new Set<string>();
  const queue = [path.normalize(file)];
  for (const name of queue) {
    const text = await readFile(path.join(root, name), 'utf8').catch(() => null);
    if (text === null || files.has(name)) continue;
    files.add(name);
    for (const [, imported = ''] of text.matchAll(IMPORT)) {
      if (/^\.{1,2}\//.test(imported)) queue.push(...namesOf(path.join(path.dirname(name), imported)));
      else if (!isBuiltin(imported) && !(await isPackage(root, imported))) aliases.add(imported);
    }
  }
  return { files, aliases };
}

/** Whether a folder of packages, of the root or above it, has it. */
async function isPackage(root: string, imported: string): Promise<boolean> {
  const [scope = '', name = ''] = imported.split('/');
  const folder = path.join('node_modules', scope.startsWith('@') ? `${scope}/${name}` : scope);
  for (let at = root; ; at = path.dirname(at)) {
    const found = await access(path.join(at, folder)).then(
      () => true,
      () => false,
    );
    if (found || at === path.dirname(at)) return found;
  }
}
