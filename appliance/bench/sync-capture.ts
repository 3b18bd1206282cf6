/**
 * What it costs to log changes: the same writes with the triggers and without, in turns, in one run.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printGoals } from './measuring/goal.ts';
import { machineOf } from './measuring/machine.ts';
import { measureCapture } from './sync/measure-capture.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '7' },
    rows: { type: 'string', default: '20000' },
  },
});
const [otherLoad = 0] = loadavg();
// Linux has memory as a file system there; elsewhere both are on the disk.
const [memory, disk] = [existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), '/var/tmp'].map((place) =>
  mkdtempSync(join(place, 'dugout-bench-')),
) as [string, string];
try {
  const figures = await measureCapture({
    memory,
    disk,
    rounds: Number(values.rounds),
    rows: Number(values.rows),
  });
  for (const [name, figure] of Object.entries(figures.figures))
    process.stdout.write(
      `${name.replaceAll('_', ' ').padEnd(46)} ${typeof figure === 'number' ? figure : `${figure.bare} bare, ${figure.more} more, × ${figure.ratio}`}\n`,
    );
  printGoals(figures.goals);
  if (values.json)
    process.stdout.write(
      `${JSON.stringify({ name: 'sync-capture', machine: machineOf(otherLoad), ...figures })}\n`,
    );
} finally {
  for (const directory of [memory, disk]) rmSync(directory, { recursive: true, force: true });
}
