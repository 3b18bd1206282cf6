import { hash } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../clock.ts';
import { createMediaStore, type MediaStore } from './media-store.ts';

let directory: string;
let store: MediaStore;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'media-'));
  store = createMediaStore(join(directory, 'media'), systemClock);
});
afterEach(() => rm(directory, { recursive: true }));

const picture = Buffer.from('not really a picture');
const pathOf = (file: string) => join(directory, 'media', file);

describe('storing', () => {
  it('names a file by its content and gives it back', async () => {
    const stored = await store.put(picture, 'jpg');
    expect(stored.file).toBe(`${stored.hash.slice(0, 2)}/${stored.hash}.jpg`);
    expect(stored.size).toBe(picture.length);
    expect(await store.read(stored.file)).toEqual(picture);
    expect(await store.has(stored.file)).toBe(true);
  });

  it('changes nothing when the bytes are there already', async () => {
    const { file } = await store.put(picture, 'jpg');
    const first = await stat(pathOf(file));
    await store.put(picture, 'jpg');
    expect((await stat(pathOf(file))).ino).toBe(first.ino);
  });

  it('leaves one whole file when the same bytes are stored many times at once', async () => {
    const [first] = await Promise.all(Array.from({ length: 20 }, () => store.put(picture, 'jpg')));
    expect(await readdir(join(directory, 'media', first?.hash.slice(0, 2) ?? ''))).toHaveLength(1);
  });

  it('syncs the bytes before the name appears, and the name before it answers', async () => {
    const folder = hash('sha256', picture).slice(0, 2);
    await mkdir(join(directory, 'media', folder), { recursive: true });
    const probe = await open(directory, 'r');
    const handles: { sync(): Promise<void> } = Object.getPrototypeOf(probe);
    await probe.close();
    const original = handles.sync;
    const named: boolean[] = [];
    vi.spyOn(handles, 'sync').mockImplementation(async function (this: unknown) {
      const files = await readdir(join(directory, 'media'), { recursive: true });
      named.push(files.some((file) => file.endsWith('.jpg')));
      await original.call(this);
    });
    await store.put(picture, 'jpg');
    vi.restoreAllMocks();
    expect(named).toEqual([false, true]);
  });
});

describe('a file that is not whole', () => {
  it.each([
    ['empty', Buffer.alloc(0)],
    ['short', picture.subarray(0, 5)],
    ['changed', Buffer.from('nat really a picture')],
  ])('is not given out when %s, and storing it again mends it', async (_, damage) => {
    const { file } = await store.put(picture, 'jpg');
    await writeFile(pathOf(file), damage);
    expect(await store.read(file)).toBeNull();
    expect(await store.has(file)).toBe(false);
    await store.put(picture, 'jpg');
    expect(await readFile(pathOf(file))).toEqual(picture);
  });

  it('is null when it is missing', async () => {
    const { file } = await store.put(picture, 'jpg');
    await store.remove(file);
    expect(await store.read(file)).toBeNull();
  });
});

it('gives out nothing but its own files', async () => {
  await writeFile(join(directory, 'secret'), 'secret');
  const { hash } = await store.put(picture, 'jpg');
  for (const name of [
    '../secret',
    `${hash}.jpg`,
    `../media/${hash.slice(0, 2)}/${hash}.jpg`,
    '',
    '/etc/passwd',
    `00/${hash}.jpg`,
  ]) {
    expect(await store.read(name)).toBeNull();
  }
  await expect(store.put(picture, '../../x')).rejects.toThrow('extension');
});

it('sweeps what nobody keeps once it is old, unfinished files among it', async () => {
  const kept = await store.put(picture, 'jpg');
  const orphan = await store.put(Buffer.from('orphan'), 'jpg');
  const fresh = await store.put(Buffer.from('fresh'), 'jpg');
  const unfinished = `${kept.file}.1234.part`;
  await writeFile(pathOf(unfinished), 'half');
  const yesterday = new Date(systemClock.now() - 25 * 3_600_000);
  for (const file of [kept.file, orphan.file, unfinished]) await utimes(pathOf(file), yesterday, yesterday);

  expect(await store.sweep((file) => file === kept.file, 24 * 3_600_000)).toBe(2);
  expect(await store.has(kept.file)).toBe(true);
  expect(await store.has(fresh.file)).toBe(true);
  expect(await store.has(orphan.file)).toBe(false);
});
