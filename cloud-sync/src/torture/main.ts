import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { plant } from './plant.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    cases: { type: 'string', default: '20' },
    steps: { type: 'string', default: '30' },
    path: { type: 'string' },
    postgres: { type: 'string' },
    patience: { type: 'string', default: '25' },
    plant: { type: 'string' },
    shrink: { type: 'boolean', default: false },
  },
});

const assertPlanted = values.plant === undefined ? () => {} : plant(values.plant);
// Only now, with the bug in them.
const { startEmbeddedPostgres } = await import('../postgres/embedded.ts');
const { aCloudOn } = await import('../testing/cloud-on-server.ts');
const { torture } = await import('./torture.ts');

async function aServer(): Promise<{ url: string; stop(): Promise<void> }> {
  if (values.postgres !== undefined) return { url: values.postgres, stop: async () => {} };
  const directory = mkdtempSync(join(tmpdir(), 'dugout-torture-postgres-'));
  const { url, stop } = await startEmbeddedPostgres({ directory, parameters: { fsync: 'off' } });
  return {
    url,
    async stop() {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const server = await aServer();
try {
  const cloud = await aCloudOn(server.url);
  assertPlanted();
  const began = performance.now();
  const report = await torture({
    cloud,
    seed: Number(values.seed),
    cases: Number(values.cases),
    steps: Number(values.steps),
    shrink: values.shrink,
    patienceMs: Number(values.patience) * 1_000,
    ...(values.path === undefined ? {} : { path: values.path }),
  });
  await cloud.stop();
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  process.stdout.write(
    `seed ${values.seed}: ${report.cases} cases, ${report.faults} faults in ${seconds} s\n` +
      [...report.byKind].map(([kind, count]) => `  ${kind}: ${count}\n`).join(''),
  );
  if (report.failure !== null) {
    process.stdout.write(`${report.failure}\n`);
    process.exitCode = 1;
  }
} finally {
  await server.stop();
}
process.exit();
