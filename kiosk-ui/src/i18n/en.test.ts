import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import { describe, expect, it } from 'vitest';
import en from './en.json' with { type: 'json' };
import { i18n } from './i18n.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = globSync('**/*.{ts,tsx}', { cwd: root, exclude: ['**/*.test.ts'] }).map((path) => ({
  path,
  text: readFileSync(`${root}/${path}`, 'utf8'),
}));
const screens = sources.filter(({ path }) => path.endsWith('.tsx'));
const everything = sources.map(({ text }) => text).join('\n');

describe('the English catalog', () => {
  it('compiles, every message of it', () => {
    for (const [id, message] of Object.entries(en))
      expect(() => compileMessageOrThrow(message), id).not.toThrow();
  });

  it('holds no message that no screen uses', () => {
    const families = [...everything.matchAll(/`([a-z_.]+\.)\$\{[^}]+\}(\.[a-z_]+)?`/gu)].map(
      ([, start = '', end = '']) =>
        new RegExp(`^${start.replaceAll('.', '\\.')}[a-z0-9_-]+${end.replaceAll('.', '\\.')}$`, 'u'),
    );
    const unused = Object.keys(en).filter(
      (id) => !everything.includes(`'${id}'`) && !families.some((family) => family.test(id)),
    );
    expect(unused).toEqual([]);
  });

  it('has words for every reason that the page on texts explains', () => {
    const page = readFileSync(new URL('../../../docs/operations/texts.md', import.meta.url), 'utf8');
    const tables = page.slice(page.indexOf('## Reasons'), page.indexOf('## Metrics'));
    const codes = tables
      .split('\n')
      .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([a-z_]+)`/gu)].map(([, code]) => code));
    expect(codes.length).toBeGreaterThan(40);
    expect(codes.filter((code) => !(`text.reason.${code}` in en))).toEqual([]);
  });

  it('chooses plurals and ordinals', () => {
    expect(i18n._('attract.waiting', { waiting: 0 })).toBe('nobody waiting');
    expect(i18n._('attract.waiting', { waiting: 1 })).toBe('1 waiting');
    expect([1, 2, 3, 4, 11, 22].map((position) => i18n._('ticket.position', { position }))).toEqual([
      'You are next in line',
      'You are 2nd in line',
      'You are 3rd in line',
      'You are 4th in line',
      'You are 11th in line',
      'You are 22nd in line',
    ]);
  });
});

describe('the screens', () => {
  it('were found', () => expect(screens.length).toBeGreaterThan(40));

  it('speak through the catalog only', () => {
    const betweenTags = /(?<![=\w])>\s*([^<>{}()=;]*\p{L}{2,}[^<>{}()=;]*)\s*<\//gu;
    const inAttributes = /\b(?:aria-label|alt|placeholder|title|label|hint)="([^"]+)"/gu;
    const spoken = screens.flatMap(({ path, text }) =>
      [...text.matchAll(betweenTags), ...text.matchAll(inAttributes)].map(([, words]) => `${path}: ${words}`),
    );
    expect(spoken).toEqual([]);
  });
});
