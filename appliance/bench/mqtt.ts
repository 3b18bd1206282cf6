/**
 * How our broker compares with Mosquitto and with aedes as it comes, at the same work. The brokers of a row all run at
 * once, each in a process of its own, and are measured in turns.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findMosquitto } from './baselines/mosquitto.ts';
import { type BrokerKind, type BrokerProcess, brokerKinds, startBroker } from './mqtt/brokers.ts';
import type { Runs } from './mqtt/figures.ts';
import { startLoadGenerator } from './mqtt/load-generator.ts';
import { measureBesideApi } from './mqtt/measure-beside-api.ts';
import { measureConnections } from './mqtt/measure-connections.ts';
import { measureDurable } from './mqtt/measure-durable.ts';
import { measureFrozen } from './mqtt/measure-frozen.ts';
import { measureWork } from './mqtt/measure-work.ts';
import { printReport } from './mqtt/print-report.ts';
import { reportOf } from './mqtt/report.ts';
import { batches, type Row, rows } from './mqtt/rows.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    /** The name of a row, or `frozen`, `connections`, `durable`, `beside_api`. */
    only: { type: 'string', multiple: true },
  },
});
const [otherLoad = 0] = loadavg();
const usual = values.quick
  ? { seconds: 0.4, rounds: 3, durableRows: 10_000 }
  : { seconds: 1, rounds: 5, durableRows: 30_000 };
const seconds = Number(values.seconds ?? usual.seconds);
const rounds = Number(values.rounds ?? usual.rounds);

const isWanted = (name: string): boolean => values.only === undefined || values.only.includes(name);
/** What is not wanted is answered as if it had no subjects. */
async function ifWanted<Answer>(name: string, measure: () => Promise<Answer>, otherwise: Answer) {
  if (!isWanted(name)) return otherwise;
  process.stderr.write(`${name.replaceAll('_', ' ')}\n`);
  return measure();
}

// On disk, where /tmp is memory on many machines.
const directory = mkdtempSync('/var/tmp/dugout-bench-');
const clients = startLoadGenerator();
const pace = { clients, seconds, rounds };
const brokers: BrokerProcess[] = [];
const mosquitto = findMosquitto();
const few: BrokerKind[] = [
  ...(mosquitto === null ? [] : (['mosquitto_nodelay'] as const)),
  'bare_aedes',
  'ours',
];

try {
  const measuredRows = new Map<Row, Runs>();
  for (const row of rows.filter(({ name }) => isWanted(name))) {
    if (brokers.length === 0) {
      for (const kind of brokerKinds()) brokers.push(await startBroker(kind, directory));
    }
    process.stderr.write(`${row.title}\n`);
    measuredRows.set(row, await measureWork(row.work, brokers, pace));
  }
  while (brokers.length > 0) await brokers.pop()?.stop();

  const report = reportOf({
    rounds,
    seconds,
    otherLoad,
    versions: {
      Node: process.version,
      aedes: versionOf('aedes'),
      ...(mosquitto === null ? {} : { Mosquitto: mosquitto.version }),
    },
    rows: measuredRows,
    frozen: await ifWanted('frozen', () => measureFrozen(few, directory, pace), []),
    connections: await ifWanted('connections', () => measureConnections(few, directory, pace), []),
    durable: await ifWanted('durable', () => measureDurable(directory, usual.durableRows, pace), new Map()),
    besideApi: await ifWanted('beside_api', () => measureBesideApi(batches, directory, pace), []),
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
