/**
 * How fast the API is, beside what it could be and what it replaces. All servers run at once, each in a process of
 * its own with its data on disk, and are measured in turns.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startLoadGenerator } from './api/load-generator.ts';
import { measureLifecycles, type Subject } from './api/measure-lifecycles.ts';
import { measureQueueReads } from './api/measure-queue-reads.ts';
import { printReport } from './api/print-report.ts';
import { readProcessMetrics } from './api/process-metrics.ts';
import { pauseRenders, resumeRenders } from './api/renders.ts';
import { reportOf } from './api/report.ts';
import type { ServerProcess } from './api/server-process.ts';
import { startOurs, startSketch, startUngrouped } from './api/servers.ts';
import { missingForDjango, startDjango } from './baselines/django.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
  },
});
const [otherLoad = 0] = loadavg();
const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)];

// On disk, where /tmp is memory on many machines; Postgres runs as another user and has to get through.
const directory = mkdtempSync('/var/tmp/dugout-bench-');
chmodSync(directory, 0o755);
const clients = startLoadGenerator();
const running: ServerProcess[] = [];
const started = async (server: Promise<ServerProcess>): Promise<ServerProcess> => {
  running.push(await server);
  return server;
};

try {
  const ours = await started(startOurs(join(directory, 'ours')));
  await delay(2_000);
  const atRest = await readProcessMetrics(ours.url);
  const ungrouped = await started(startUngrouped(join(directory, 'ungrouped')));
  for (const { url } of [ours, ungrouped]) await pauseRenders(url);
  const sketch = await started(startSketch(join(directory, 'sketch')));
  const missing = missingForDjango();
  const django = missing.length === 0 ? [await started(startDjango(join(directory, 'django')))] : [];

  const subjects: Subject[] = [
    { name: 'ours', url: ours.url, tells: true },
    {
      name: 'ours_with_renders',
      url: ours.url,
      tells: true,
      before: () => resumeRenders(ours.url),
      after: () => pauseRenders(ours.url),
    },
    ...[ungrouped, sketch, ...django].map(({ name, url }) => ({ name, url, tells: false })),
  ];
  const lifecycles = await measureLifecycles(subjects, { clients, rounds, seconds });
  const queueReads = await measureQueueReads(ours, directory, { clients, rounds, seconds });

  const report = reportOf({
    rounds,
    seconds,
    lifecycles,
    queueReads,
    readyMs: ours.readyMs,
    residentMbAtRest: atRest.residentMb,
    otherLoad,
    skipped: missing.length === 0 ? {} : { django: `not installed: ${missing.join(', ')}` },
  });
  printReport(report);
  if (values.json) console.log(JSON.stringify(report));
} finally {
  clients.stop();
  for (const server of running) await server.stop();
  rmSync(directory, { recursive: true, force: true });
}
