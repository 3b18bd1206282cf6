import { printGoals } from '../measuring/goal.ts';
import type { Report } from './report.ts';

type Cell = string | number | null | undefined;

function line(name: string, ...values: Cell[]): void {
  console.log(`  ${name.padEnd(26)}${values.map((value) => String(value ?? '').padStart(12)).join('')}`);
}

const spoken = (name: string): string => name.replaceAll('_', ' ');
const times = (ratio: number | null | undefined): string => (ratio == null ? '' : `× ${ratio}`);
const percent = (share: number): string => `${Math.round(share * 100)} %`;

function printWork({ title, unit, brokers, ratios }: Report['work'][string]): void {
  const isPaced = Object.values(brokers).some(({ p99_ms }) => p99_ms !== null);
  const latency = isPaced ? ['p50 ms', 'p99 ms', 'calmest p99'] : [];
  console.log(`\n  ${title}`);
  line(
    '',
    `${unit}/s`,
    'to Mosq.',
    'CPU µs each',
    'to Mosq.',
    ...latency,
    'lost',
    'broker',
    'clients',
    'waited',
  );
  for (const [name, of] of Object.entries(brokers)) {
    const ratio = ratios[name];
    line(
      spoken(name),
      of.per_second,
      times(ratio?.throughput_to_mosquitto),
      of.cpu_us,
      times(ratio?.cpu_to_mosquitto),
      ...(isPaced ? [of.p50_ms, of.p99_ms, of.calmest_p99_ms] : []),
      of.lost,
      ...[of.broker_share, of.clients_share, of.waited_share].map(percent),
    );
  }
}

function printFrozen(frozen: Report['frozen_subscribers']): void {
  console.log('\n  1,000 messages/s of 4 kB to 10 readers, beside subscribers who read nothing');
  line('', 'frozen', 'arrived', 'p50 ms', 'p99 ms', 'calmest p99');
  for (const [broker, byCount] of Object.entries(frozen)) {
    for (const [count, of] of Object.entries(byCount)) {
      line(spoken(broker), count, of.arrived, of.p50_ms, of.p99_ms, of.calmest_p99_ms);
    }
  }
}

function printConnections(connections: Report['connections']): void {
  console.log('');
  line('connections', 'connects/s', 'MB per 1,000 idle');
  for (const [broker, of] of Object.entries(connections)) {
    line(spoken(broker), of.connects_per_second, of.mb_per_thousand_idle);
  }
}

function printDurable({ ways, ratios }: Report['durable_ingest']): void {
  console.log('\n  QoS 1 from the socket to the disk');
  line('', 'rows/s', 'CPU µs a row');
  for (const [name, of] of Object.entries(ways)) line(spoken(name), of.rows_per_second, of.cpu_us);
  line('ours is', times(ratios.rows_to_mosquitto), times(ratios.cpu_to_mosquitto));
}

function printBesideApi(companies: Report['beside_api']): void {
  console.log('\n  2,000 batches/s and a light API load in one process');
  line('', 'stream p50', 'p99 ms', 'calmest p99', 'HTTP p50', 'p99 ms');
  for (const [name, { stream, http }] of Object.entries(companies)) {
    line(name, stream?.p50_ms, stream?.p99_ms, stream?.calmest_p99_ms, http?.p50_ms, http?.p99_ms);
  }
}

export function printReport(report: Report): void {
  const { machine, versions } = report;
  console.log(`mqtt · ${report.date} · ${machine.cores} × ${machine.cpu}`);
  console.log(
    Object.entries(versions)
      .map((version) => version.join(' '))
      .join(', '),
  );
  const cores = machine.pinned ? 'brokers on one core, clients on the other' : 'cores shared by all';
  console.log(
    `medians of ${report.rounds} rounds of ${report.seconds} s; load before: ${machine.other_load}; ${cores}`,
  );
  for (const work of Object.values(report.work)) printWork(work);
  if (Object.keys(report.frozen_subscribers).length > 0) printFrozen(report.frozen_subscribers);
  if (Object.keys(report.connections).length > 0) printConnections(report.connections);
  if (Object.keys(report.durable_ingest.ways).length > 0) printDurable(report.durable_ingest);
  if (Object.keys(report.beside_api).length > 0) printBesideApi(report.beside_api);
  console.log('');
  printGoals(report.goals);
  for (const title of report.disturbed) console.log(`  disturbed by other work: ${title}`);
  for (const [name, reason] of Object.entries(report.skipped)) console.log(`\n  skipped: ${name}, ${reason}`);
}
