/**
 * What replication costs and how late it is, each figure beside a baseline of the same run: a real Postgres with its
 * data on disk, the real daemon as a process, and a link that is as long as it is told to be.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printGoals } from '@dugout/appliance/bench/measuring/goal.ts';
import { machineOf } from '@dugout/appliance/bench/measuring/machine.ts';
import { measureCapture } from '@dugout/appliance/bench/sync/measure-capture.ts';
import { startEmbeddedPostgres } from '../src/postgres/embedded.ts';
import { measureCatchUp, measureOutage } from './sync/measure-catch-up.ts';
import { measureCommands } from './sync/measure-commands.ts';
import { measureFleet } from './sync/measure-fleet.ts';
import { measureIdle } from './sync/measure-idle.ts';
import { measureImpact } from './sync/measure-impact.ts';
import { measureBulk, measureCall, measureNative } from './sync/measure-lanes.ts';
import { measureLatency } from './sync/measure-latency.ts';
import type { Measured, Surroundings } from './sync/measuring.ts';

const rows: Readonly<Record<string, (surroundings: Surroundings) => Promise<Measured>>> = {
  bulk: measureBulk,
  native: measureNative,
  call: measureCall,
  capture,
  latency: measureLatency,
  'catch-up': measureCatchUp,
  outage: measureOutage,
  impact: measureImpact,
  commands: measureCommands,
  fleet: measureFleet,
  idle: measureIdle,
};

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const { only, quick } = values;
if (only !== undefined && rows[only] === undefined) {
  console.error(`There is no row "${only}". There are: ${Object.keys(rows).join(', ')}.`);
  process.exit(1);
}
const [otherLoad = 0] = loadavg();
// On disk, where /tmp is memory on many machines; Postgres may run as another user and has to get through.
const directory = mkdtempSync('/var/tmp/dugout-bench-');
chmodSync(directory, 0o755);
const server = await startEmbeddedPostgres({
  directory: join(directory, 'postgres'),
  parameters: {
    wal_level: 'logical',
    max_connections: '300',
    shared_buffers: '256MB',
    // Whoever is measured when one of these comes round would pay for all.
    autovacuum: 'off',
    max_wal_size: '4GB',
    checkpoint_timeout: '1h',
  },
});
try {
  const measured: Record<string, Measured> = {};
  for (const [name, measure] of Object.entries(rows)) {
    if (only !== undefined && only !== name) continue;
    console.log(`\n${name}`);
    const place = join(directory, name);
    mkdirSync(place);
    const result = await measure({ server, directory: place, quick });
    print(result.figures);
    printGoals(result.goals);
    measured[name] = result;
  }
  if (values.json)
    console.log(
      JSON.stringify({
        bench: 'sync',
        date: new Date().toISOString(),
        machine: machineOf(otherLoad),
        quick,
        ...measured,
      }),
    );
} finally {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
}

function print(figures: Readonly<Record<string, unknown>>, indent = '  '): void {
  for (const [name, figure] of Object.entries(figures)) {
    const words = `${indent}${name.replaceAll('_', ' ')}`;
    if (typeof figure === 'object' && figure !== null && !Array.isArray(figure)) {
      console.log(words);
      print(figure as Record<string, unknown>, `${indent}  `);
    } else console.log(`${words.padEnd(48)} ${String(figure)}`);
  }
}

async function capture({ directory: disk, quick: isQuick }: Surroundings): Promise<Measured> {
  // Linux has memory as a file system there; elsewhere both are on the disk.
  const memory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'dugout-bench-'));
  try {
    return await measureCapture({ memory, disk, rounds: isQuick ? 3 : 7, rows: isQuick ? 4_000 : 20_000 });
  } finally {
    rmSync(memory, { recursive: true, force: true });
  }
}
