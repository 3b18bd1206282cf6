/**
 * How our broker compares with Mosquitto and with aedes as it comes, at the same work. All brokers run at once, each in
 * a process of its own, and are measured in turns.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findMosquitto } from './baselines/mosquitto.ts';
import { type BrokerProcess, brokerKinds, startBroker } from './mqtt/brokers.ts';
import type { Runs } from './mqtt/figures.ts';
import { startLoadGenerator } from './mqtt/load-generator.ts';
import { measureWork } from './mqtt/measure-work.ts';
import { printReport } from './mqtt/print-report.ts';
import { reportOf } from './mqtt/report.ts';
import { type Row, rows } from './mqtt/rows.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    only: { type: 'string', multiple: true },
  },
});
const [otherLoad = 0] = loadavg();
const usual = values.quick ? { seconds: 0.4, rounds: 3 } : { seconds: 1, rounds: 5 };
const pace = {
  seconds: Number(values.seconds ?? usual.seconds),
  rounds: Number(values.rounds ?? usual.rounds),
};
const isWanted = (name: string) => values.only === undefined || values.only.includes(name);

// On disk, where /tmp is memory on many machines.
const directory = mkdtempSync('/var/tmp/dugout-bench-');
const clients = startLoadGenerator();
const brokers: BrokerProcess[] = [];
const mosquitto = findMosquitto();

try {
  for (const kind of brokerKinds()) brokers.push(await startBroker(kind, directory));
  const measuredRows = new Map<Row, Runs>();
  for (const row of rows.filter(({ name }) => isWanted(name))) {
    process.stderr.write(`${row.title}\n`);
    measuredRows.set(row, await measureWork(row.work, brokers, { ...pace, clients }));
  }

  const report = reportOf({
    ...pace,
    otherLoad,
    versions: {
      Node: process.version,
      aedes: versionOf('aedes'),
      ...(mosquitto === null ? {} : { Mosquitto: mosquitto.version }),
    },
    rows: measuredRows,
    skipped: mosquitto === null ? { mosquitto: 'not installed: mosquitto' } : {},
  });
  printReport(report);
  if (values.json) console.log(JSON.stringify(report));
} finally {
  clients.stop();
  for (const broker of brokers) await broker.stop();
  rmSync(directory, { recursive: true, force: true });
}

function versionOf(name: string): string {
  const manifest = join(import.meta.dirname, '..', '..', 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
