import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inCheckout } from '../checkout.ts';

const defaultFolder = inCheckout('docs/reference');

export type Pages = Readonly<Record<string, string>>;

/** Names of the files that are not as they should be: stale, missing, or left over. */
export function staleFiles(pages: Pages, folder = defaultFolder): string[] {
  const isCurrent = (name: string, text: string) =>
    existsSync(join(folder, name)) && readFileSync(join(folder, name), 'utf8') === text;
  const stale = Object.entries(pages).filter(([name, text]) => !isCurrent(name, text));
  return [...stale.map(([name]) => name), ...leftOver(pages, folder)].sort();
}

export function writePages(pages: Pages, folder = defaultFolder): void {
  mkdirSync(folder, { recursive: true });
  for (const name of leftOver(pages, folder)) rmSync(join(folder, name));
  for (const [name, text] of Object.entries(pages)) writeFileSync(join(folder, name), text);
}

const leftOver = (pages: Pages, folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => !(name in pages)) : [];
