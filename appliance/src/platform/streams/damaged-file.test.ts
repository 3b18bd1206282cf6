import { closeSync, mkdtempSync, openSync, readdirSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { filesAside, removeAllAside, setAside } from './damaged-file.ts';
import { streamFile } from './stream-connection.ts';
import { createStreamStore } from './stream-store.ts';
import { someSamples } from './testing/a-recording.ts';

function aStore(directory: string, replaces = true) {
  const anew: (string | null)[] = [];
  const store = createStreamStore({
    dataDirectory: directory,
    clock: createFakeClock(),
    onFailure() {},
    onLoss() {},
    ...(replaces ? { onAnew: (aside) => anew.push(aside) } : {}),
  });
  onTestFinished(() => store.close());
  return { store, anew };
}

/** Every page but the first is other bytes than were written. */
function scribble(file: string): void {
  const { size } = statSync(file);
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(size - 1_024, 0xa5), 0, size - 1_024, 1_024);
  closeSync(handle);
}

test('what is met damaged while it is written begins anew, and nothing that was being stored is lost', async () => {
  const directory = aTemporaryDirectory();
  const first = aStore(directory);
  first.store.append(someSamples(0, 2_000));
  await first.store.flush();
  await first.store.close();
  scribble(streamFile(directory));
  const { store, anew } = aStore(directory);
  store.append(someSamples(2_000, 500));
  await store.flush();
  expect(anew).toEqual(filesAside(directory));
  expect(anew).toHaveLength(1);
  expect(await store.countsOf('s')).toEqual({ samples: 500, lost: 0 });
});

test('who may not replace the file writes to the one that somebody else has begun', async () => {
  const directory = aTemporaryDirectory();
  const { store: worker } = aStore(directory, false);
  worker.append(someSamples(0, 100));
  await worker.flush();
  setAside(streamFile(directory), 0);
  worker.append(someSamples(100, 50));
  await worker.flush();
  expect(await worker.countsOf('s')).toEqual({ samples: 50, lost: 0 });
  await worker.close();
  writeFileSync(streamFile(directory), 'this is no database '.repeat(500));
  await expect(worker.probe()).rejects.toThrow();
  expect(filesAside(directory)).toHaveLength(1);
});

test('the newest two are kept aside, with their logs', () => {
  const directory = mkdtempSync(join(aTemporaryDirectory(), 'd'));
  for (const hour of [1, 2, 3]) {
    for (const part of ['', '-wal']) writeFileSync(`${streamFile(directory)}${part}`, '');
    setAside(streamFile(directory), hour * 3_600_000);
  }
  const name = (hour: number) => `streams.db.damaged-1970-01-01T0${hour}-00-00.000Z`;
  expect(readdirSync(directory).sort()).toEqual([name(2), `${name(2)}-wal`, name(3), `${name(3)}-wal`]);
  removeAllAside(directory);
  expect(readdirSync(directory)).toEqual([]);
});
