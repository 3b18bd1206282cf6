import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Declaration, declarationsIn } from './declarations.ts';
import { placeOf } from './layout.ts';
import { readSource, type Source } from './source.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const patterns = ['appliance/{contract,src}/**/*.ts', '{cloud-sync,scripts,kiosk-ui}/src/**/*.{ts,tsx}'];

/** Every TypeScript file of the project: path and text. */
const projectFiles = (): [path: string, text: string][] =>
  globSync(patterns, { cwd: root })
    .sort()
    .map((path) => [path, readFileSync(`${root}${path}`, 'utf8')]);

export const projectSources = (): Source[] => projectFiles().map(([path, text]) => readSource(path, text));

/** What the appliance declares; tests may declare what they like. */
export const projectDeclarations = (): Declaration[] =>
  projectFiles()
    .filter(([path]) => path.startsWith('appliance/') && placeOf(path) !== undefined)
    .flatMap(([path, text]) => declarationsIn(path, text));
