import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Package, programsOf } from './programs.ts';

let home: string;
let ours: Package;
let cache: string;
const nobody = { name: 'nobody', uid: 65_534, gid: 65_534 };
const asRoot = test.runIf(process.getuid?.() === 0);
const links = [
  { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' },
  { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so' },
];
const linkIn = (folder: string) => readlinkSync(join(folder, 'native/lib/libpq.so.5'));

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dugout-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  chmodSync(home, 0o755);
  ours = { folder: join(home, 'package'), version: '18.4.0' };
  cache = join(home, 'cache');
  for (const folder of ['bin', 'lib']) mkdirSync(join(ours.folder, 'native', folder), { recursive: true });
  writeFileSync(join(ours.folder, 'native/bin/postgres'), 'program');
  writeFileSync(join(ours.folder, 'native/lib/libpq.so.5.18'), 'library');
  writeFileSync(join(ours.folder, 'native/pg-symlinks.json'), JSON.stringify(links));
});

test('run from the package, whose links are made', () => {
  const { postgres } = programsOf(ours, null, cache);
  expect(postgres).toBe(join(ours.folder, 'native/bin/postgres'));
  expect(linkIn(ours.folder)).toBe('libpq.so.5.18');
  expect(readFileSync(join(ours.folder, 'native/lib/libpq.so'), 'utf8')).toBe('library');
  expect(existsSync(cache)).toBe(false);
});

test('need nothing to be written when the links are there', () => {
  programsOf(ours, null, cache);
  chmodSync(join(ours.folder, 'native/lib'), 0o555);
  onTestFinished(() => chmodSync(join(ours.folder, 'native/lib'), 0o755));
  expect(programsOf(ours, null, cache).postgres).toBe(join(ours.folder, 'native/bin/postgres'));
});

asRoot('run from a copy when their user cannot get to the package, which is made once', () => {
  chmodSync(ours.folder, 0o700);
  const { postgres } = programsOf(ours, nobody, cache);
  const copy = join(cache, 'postgres-18.4.0');
  expect(postgres).toBe(join(copy, 'native/bin/postgres'));
  expect(linkIn(copy)).toBe('libpq.so.5.18');
  writeFileSync(postgres, 'the copy');
  expect(readFileSync(programsOf(ours, nobody, cache).postgres, 'utf8')).toBe('the copy');
});
