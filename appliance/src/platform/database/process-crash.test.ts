import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { systemClock } from '../clock.ts';
import { openDatabase } from './database.ts';
import { queriesOver } from './query.ts';
import type { RowOf } from './table.ts';
import { type acknowledged, migrations } from './testing/acknowledged.ts';

/** A kill -9 keeps the page cache, so this shows the order of commit and answer; power cuts are a test of the venue. */
const rounds = Number(process.env['DUGOUT_TEST_CRASHES'] ?? 3);

const completeWrites = queriesOver<{ acknowledged: RowOf<typeof acknowledged> }>()((db) =>
  db
    .selectFrom('acknowledged')
    .select(['id', ({ fn }) => fn.countAll<number>().as('halves')])
    .groupBy('id'),
);

async function killedInABurst(directory: string, round: string): Promise<string[]> {
  const program = join(import.meta.dirname, 'testing/acknowledging-writer.ts');
  const child = spawn(process.execPath, [program, directory, round], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await once(child.stdout, 'data');
  await delay(50 + Math.random() * 300);
  child.kill('SIGKILL');
  await once(child, 'close');
  return said.split('\n').slice(0, -1);
}

test(
  `kill -9 in a burst of writes, ${rounds} times: nothing acknowledged is missing, nothing is half there`,
  async () => {
    const directory = aTemporaryDirectory();
    const acknowledgements: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      acknowledgements.push(...(await killedInABurst(directory, String(round))));
      const database = openDatabase({ directory, migrations, clock: systemClock });
      const stored = new Map(database.now.all(completeWrites, {}).map((row) => [row.id, row.halves]));
      database.close();
      expect(acknowledgements.filter((id) => !stored.has(id))).toEqual([]);
      expect([...stored.values()].filter((halves) => halves !== 2)).toEqual([]);
    }
    expect(acknowledgements.length).toBeGreaterThan(100 * rounds);
    const check = new Sqlite(join(directory, 'dugout.db'), { readonly: true });
    expect(check.pragma('integrity_check', { simple: true })).toBe('ok');
    check.close();
  },
  60_000 + rounds * 5_000,
);
