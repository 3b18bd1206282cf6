import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { checkout } from './checkout.ts';

const pages = globSync(['*.md', '{docs,cloud-sync,scripts,systemd}/**/*.md'], { cwd: checkout });

test('the documentation is found', () => {
  expect(pages).toEqual(
    expect.arrayContaining(['README.md', 'docs/architecture.md', 'docs/reference/http.md']),
  );
});

test.each(pages)('every link in %s leads to something', (page) => {
  const text = readFileSync(join(checkout, page), 'utf8');
  const targets = [...text.matchAll(/\]\((?<target>[^)#]+)(?:#[^)]*)?\)/gu)].map(
    (match) => match.groups?.['target'] ?? '',
  );
  const local = targets.filter((target) => !/^https?:/u.test(target));
  expect(local.filter((target) => !existsSync(join(checkout, dirname(page), target)))).toEqual([]);
});

test('every command the README names exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const readme = readFileSync(join(checkout, 'README.md'), 'utf8');
  const named = [...readme.matchAll(/`npm (?:run )?(?<name>start|test|[a-z]+(?::[a-z]+)?)[\s`]/gu)];
  expect(named.length).toBeGreaterThan(4);
  expect(named.map((match) => match.groups?.['name'] ?? '').filter((name) => !(name in scripts))).toEqual([]);
});
