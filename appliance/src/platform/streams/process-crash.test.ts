import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { streamFile } from './stream-connection.ts';
import { openStreamReader } from './stream-reader.ts';
import { openStreamWriter } from './stream-writer.ts';
import { piecesOfFrames, valueAt } from './testing/a-recording.ts';

const rounds = Number(process.env['DUGOUT_TEST_CRASHES'] ?? 2);
const program = join(import.meta.dirname, 'testing/stream-process.ts');

function aProcess(directory: string, first: number, how: 'append' | 'stage') {
  const child = spawn(process.execPath, [program, directory, String(first), '10', how], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return { child, acknowledged: () => Number(said.trimEnd().split('\n').at(-1)) };
}

async function killed(child: ChildProcess, afterMs: number): Promise<void> {
  await delay(afterMs);
  child.kill('SIGKILL');
  await once(child, 'close');
}

/** Every sample that is stored, each as it was, none twice. */
function storedIn(directory: string): Set<number> {
  const numbers = new Set<number>();
  const reader = openStreamReader(directory);
  const { stretches, damages } = reader.read('s');
  reader.close();
  expect(damages).toEqual([]);
  for (const { seq, count, values } of stretches) {
    for (let index = 0; index < count; index += 1) {
      if (numbers.has(seq + index)) throw new Error(`sample ${seq + index} is there twice`);
      if (values[0]?.[index] !== valueAt(seq + index, 0)) throw new Error(`sample ${seq + index} is another`);
      numbers.add(seq + index);
    }
  }
  const file = new Sqlite(streamFile(directory), { readonly: true });
  expect(file.pragma('integrity_check', { simple: true })).toBe('ok');
  file.close();
  return numbers;
}

test(
  `kill -9 while samples are taken in, ${rounds} times: what was flushed is there, once and undamaged`,
  async () => {
    const directory = aTemporaryDirectory();
    let from = 0;
    for (let round = 0; round < rounds; round += 1) {
      const { child, acknowledged } = aProcess(directory, from, 'append');
      await once(child.stdout, 'data');
      await killed(child, 50 + Math.random() * 200);
      const stored = storedIn(directory);
      expect(acknowledged()).toBeGreaterThan(from);
      for (let number = 0; number < acknowledged(); number += 1) {
        if (!stored.has(number)) throw new Error(`sample ${number} was flushed and is not there`);
      }
      // The glove sends its last ones again.
      from = acknowledged() - 200;
    }
  },
  60_000 + rounds * 5_000,
);

test('two that stage the same stream at once and a third that assembles it, killed: what was acknowledged is there, once', async () => {
  const directory = aTemporaryDirectory();
  const one = aProcess(directory, 0, 'stage');
  const other = aProcess(directory, 100, 'stage');
  await Promise.all([once(one.child.stdout, 'data'), once(other.child.stdout, 'data')]);
  const writer = openStreamWriter(directory, 0);
  onTestFinished(() => writer.close());
  const assemble = () => {
    const staged = writer.staged('s');
    return writer.assemble({ streamId: 's', ids: staged.ids, untilUs: 0 }, piecesOfFrames(staged), 0);
  };
  const ended = Promise.all([killed(one.child, 150), killed(other.child, 300)]);
  for (let times = 0; times < 4; times += 1) {
    assemble();
    await delay(10);
  }
  await ended;
  expect(assemble()).toMatchObject({ known: 0 });
  const stored = storedIn(directory);
  for (const [{ acknowledged }, first] of [
    [one, 0],
    [other, 100],
  ] as const) {
    expect(acknowledged()).toBeGreaterThan(first);
    for (let number = first; number < acknowledged(); number += 1) {
      if (!stored.has(number)) throw new Error(`sample ${number} was acknowledged and is not there`);
    }
  }
}, 60_000);
