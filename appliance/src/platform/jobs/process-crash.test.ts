import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { systemClock } from '../clock.ts';
import { openDatabase } from '../database/database.ts';
import { effectsPerJob, migrations } from './testing/effects.ts';

const rounds = Number(process.env['DUGOUT_TEST_CRASHES'] ?? 3);
const asked = 100 * rounds;

/** What a process says that does jobs, and is killed after `killedAfterMs` of work, or left to end. */
async function aProcess(directory: string, jobs: number, killedAfterMs?: number): Promise<string[]> {
  const program = join(import.meta.dirname, 'testing/job-process.ts');
  const child = spawn(process.execPath, [program, directory, String(jobs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  if (killedAfterMs !== undefined) {
    await once(child.stdout, 'data');
    await delay(killedAfterMs);
    child.kill('SIGKILL');
  }
  await once(child, 'close');
  return said.split('\n').slice(0, -1);
}

test(
  `kill -9 among ${asked} jobs, ${rounds} times: every effect once, however often it was prepared`,
  async () => {
    const directory = aTemporaryDirectory();
    const prepared: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      prepared.push(...(await aProcess(directory, round === 0 ? asked : 0, 20 + Math.random() * 60)));
    }
    const last = await aProcess(directory, 0);
    expect(last.at(-1)).toBe('idle');
    prepared.push(...last);

    const database = openDatabase({ directory, migrations, clock: systemClock });
    const effects = database.now.all(effectsPerJob, {});
    database.close();
    expect(effects).toHaveLength(asked);
    expect(effects.filter(({ count }) => count !== 1)).toEqual([]);
    expect(prepared.filter((line) => line.startsWith('prepared')).length).toBeGreaterThanOrEqual(asked / 2);
  },
  60_000 + rounds * 5_000,
);
