import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { describeAppliance } from '../../../appliance/src/reference.ts';
import { staleFiles, writePages } from './files.ts';
import { table } from './markdown.ts';
import { referencePages } from './pages.ts';

const appliance = describeAppliance();
const pages = referencePages(appliance);

test('docs/reference is current; `npm run check -- --fix` makes it so', () => {
  expect(staleFiles(pages)).toEqual([]);
});

test('the appliance describes itself as valid OpenAPI', async () => {
  expect(await new Validator().validate({ ...appliance.openapi })).toEqual({ valid: true });
});

test('a changed, a missing and a left-over file are told, and mended', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dugout-reference-'));
  try {
    writePages({ 'a.md': 'a', 'b.md': 'b' }, folder);
    expect(staleFiles({ 'a.md': 'a', 'b.md': 'b' }, folder)).toEqual([]);
    expect(staleFiles({ 'a.md': 'A', 'c.md': 'c' }, folder)).toEqual(['a.md', 'b.md', 'c.md']);
    writePages({ 'a.md': 'A', 'c.md': 'c' }, folder);
    expect(staleFiles({ 'a.md': 'A', 'c.md': 'c' }, folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('every route, topic, event, table, problem and setting is there', () => {
  const says = (page: string, names: readonly string[]) =>
    expect(names.filter((name) => !pages[page]?.includes(`\`${name}\``))).toEqual([]);
  says(
    'topics.md',
    appliance.topics.map(({ path }) => path),
  );
  says(
    'events.md',
    appliance.events.map(({ name }) => name),
  );
  says(
    'problems.md',
    appliance.problems.map(({ code }) => code),
  );
  says(
    'configuration.md',
    appliance.settings.map(({ name }) => name),
  );
  for (const { name } of appliance.tables) expect(pages['tables.md']).toContain(`## ${name}\n`);
  for (const path of Object.keys(appliance.openapi.paths)) expect(pages['http.md']).toContain(path);
});

test('a bar and a line break do not end a cell', () => {
  expect(table(['a'], [['one|two\nthree']])).toBe('| a |\n| --- |\n| one\\|two three |\n');
});
