import fs from 'node:fs';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Edit, plantedBugs } from './planted-bugs.ts';

const root = join(import.meta.dirname, '../../..');

/**
 * Plants a bug in whatever is loaded from now on, modules and texts of SQL; nothing on disk changes. Throws when a file
 * does not have the text exactly once. Answers the function that throws when the bug was never loaded.
 */
export function plant(name: string): () => void {
  const bug = plantedBugs.find((one) => one.name === name);
  if (bug === undefined) throw new Error(`there is no bug that is called “${name}”`);
  const planted = new Set<Edit>();

  const changed = (path: string, source: string): string => {
    const file = relative(root, path);
    let text = source;
    for (const edit of bug.edits.filter((one) => one.file === file)) {
      const parts = text.split(edit.from);
      if (parts.length !== 2) throw new Error(`${file} has “${edit.from}” ${parts.length - 1} times`);
      text = parts.join(edit.to);
      planted.add(edit);
    }
    return text;
  };

  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.startsWith('file:') || loaded.source == null) return loaded;
      const source =
        typeof loaded.source === 'string'
          ? loaded.source
          : Buffer.from(loaded.source as Uint8Array).toString();
      return { ...loaded, source: changed(fileURLToPath(url), source) };
    },
  });
  const read = fs.readFileSync;
  const reading = (path: unknown, options: unknown) => {
    const content = (read as (path: unknown, options: unknown) => unknown)(path, options);
    return typeof path === 'string' && path.endsWith('.sql') && typeof content === 'string'
      ? changed(path, content)
      : content;
  };
  fs.readFileSync = reading as typeof fs.readFileSync;
  syncBuiltinESMExports();

  return () => {
    const missing = bug.edits.find((edit) => !planted.has(edit));
    if (missing !== undefined) throw new Error(`${missing.file} was not loaded`);
  };
}
