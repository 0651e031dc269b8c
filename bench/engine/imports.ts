import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** Relative imports of a module, `export … from` and `import()` with a plain text too. */
const IMPORT = /\b(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g;

/** How TypeScript names a module: by the file that it becomes, without an ending, or by its folder. */
function namesOf(file: string): readonly string[] {
  const source = file.replace(/\.([mc]?)js$/, '.$1ts');
  return [file, source, `${file}.ts`, `${file}.js`, `${file}/index.ts`, `${file}/index.js`];
}

/** A module and all that it imports by a relative path, in turn; as paths relative to `root`. What is not there is left out. */
export async function importedFiles(root: string, file: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const queue = [path.normalize(file)];
  for (const name of queue) {
    const text = await readFile(path.join(root, name), 'utf8').catch(() => null);
    if (text === null || found.has(name)) continue;
    found.add(name);
    for (const [, imported = ''] of text.matchAll(IMPORT))
      queue.push(...namesOf(path.join(path.dirname(name), imported)));
  }
  return found;
}
