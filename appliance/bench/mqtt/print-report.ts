import { printGoals } from '../measuring/goal.ts';
import type { Report } from './report.ts';

function line(name: string, ...values: (string | number | null)[]): void {
  console.log(`  ${name.padEnd(20)}${values.map((value) => String(value ?? '').padStart(12)).join('')}`);
}

const times = (ratio: number | null | undefined): string => (ratio == null ? '' : `× ${ratio}`);

export function printReport(report: Report): void {
  const { machine, versions } = report;
  console.log(`mqtt · ${report.date} · ${machine.cores} × ${machine.cpu}`);
  console.log(
    Object.entries(versions)
      .map((version) => version.join(' '))
      .join(', '),
  );
  console.log(
    `medians of ${report.rounds} rounds of ${report.seconds} s; load before: ${machine.other_load}; ` +
      (machine.pinned ? 'brokers on one core, clients on the other' : 'brokers and clients share the cores'),
  );
  for (const { title, unit, brokers, ratios } of Object.values(report.work)) {
    console.log('');
    line(
      '',
      `${unit}/s`,
      'to Mosq.',
      'CPU µs each',
      'to Mosq.',
      'p50 ms',
      'p99 ms',
      'lost',
      'broker',
      'clients',
    );
    console.log(`  ${title}`);
    for (const [name, of] of Object.entries(brokers)) {
      const { throughput_to_mosquitto: throughput, cpu_to_mosquitto: cpu } = ratios[name] ?? {};
      line(
        name.replaceAll('_', ' '),
        of.per_second,
        times(throughput),
        of.cpu_us,
        times(cpu),
        of.p50_ms,
        of.p99_ms,
        of.lost,
        `${Math.round(of.broker_share * 100)} %`,
        `${Math.round(of.clients_share * 100)} %`,
      );
    }
  }
  console.log('');
  printGoals(report.goals);
  for (const [name, reason] of Object.entries(report.skipped)) console.log(`\n  skipped: ${name}, ${reason}`);
}
