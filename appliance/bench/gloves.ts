/**
 * What gloves cost: taking their samples in and keeping them, showing them, and working out what a player did. Beside a
 * store with a row for each sample, at the same work.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sharedRecordings } from '../src/testing/shared-recordings.ts';
import { startLoadGenerator } from './gloves/load-generator.ts';
import { measureAnalysis } from './gloves/measure-analysis.ts';
import { measureIngest } from './gloves/measure-ingest.ts';
import { measureLoop } from './gloves/measure-loop.ts';
import { measureSinks } from './gloves/measure-sinks.ts';
import { measureSmoothness } from './gloves/measure-smoothness.ts';
import { measureStorage } from './gloves/measure-storage.ts';
import { measureStoring } from './gloves/measure-storing.ts';
import { measureWires } from './gloves/measure-wires.ts';
import { printReport } from './gloves/print-report.ts';
import { realRecordings, simulatedRecordings } from './gloves/recordings.ts';
import { reportOf } from './gloves/report.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    gloves: { type: 'string', default: '200' },
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    /** `ingest`, `sinks`, `storing`, `storage`, `wires`, `analysis`, `loop`, `smoothness`. */
    only: { type: 'string', multiple: true },
  },
});
const [otherLoad = 0] = loadavg();
const usual = values.quick ? { seconds: 10, rounds: 1 } : { seconds: 20, rounds: 3 };
const seconds = Number(values.seconds ?? usual.seconds);
const rounds = Number(values.rounds ?? usual.rounds);
const pace = { gloves: Number(values.gloves), seconds, rounds };

async function ifWanted<Answer>(name: string, measure: () => Answer | Promise<Answer>) {
  if (values.only !== undefined && !values.only.includes(name)) return null;
  process.stderr.write(`${name}\n`);
  return measure();
}

async function repeated<Run>(measure: (round: number) => Promise<Run>): Promise<Run[]> {
  const runs: Run[] = [];
  for (let round = 0; round < rounds; round += 1) runs.push(await measure(round));
  return runs;
}

// On disk, where /tmp is memory on many machines.
const directory = mkdtempSync('/var/tmp/dugout-bench-');
const place = (name: string) => join(directory, name);
const clients = startLoadGenerator();
try {
  const report = reportOf({
    ...pace,
    otherLoad,
    smoothness: await ifWanted('smoothness', measureSmoothness),
    wires: await ifWanted('wires', () => repeated(() => measureWires())),
    storing: await ifWanted('storing', () =>
      repeated((round) => measureStoring(place(`storing-${round}`), pace.gloves)),
    ),
    simulated: await ifWanted('storage', () => measureStorage(place('simulated'), simulatedRecordings())),
    real: await ifWanted('storage', () => {
      const recordings = realRecordings();
      return recordings === null ? null : measureStorage(place('real'), recordings);
    }),
    analysis: await ifWanted('analysis', () => measureAnalysis(place('analysis'), rounds)),
    loop: await ifWanted('loop', () => measureLoop(clients, directory, rounds)),
    sinks: await ifWanted('sinks', () => measureSinks(clients, directory, pace)),
    ingest: await ifWanted('ingest', () => measureIngest(clients, directory, pace)),
    skipped: sharedRecordings === null ? { 'real recordings': 'no shared/data in a folder above' } : {},
  });
  printReport(report);
  if (values.json) console.log(JSON.stringify(report));
} finally {
  clients.stop();
  rmSync(directory, { recursive: true, force: true });
}
