import { printGoals } from '../measuring/goal.ts';
import type { Report } from './report.ts';

function row(name: string, ...values: (string | number)[]): void {
  console.log(`  ${name.padEnd(20)}${values.map((value) => String(value).padStart(12)).join('')}`);
}

function printLifecycles({ ratios, lifecycles_per_second, request_ms }: Report): void {
  const ratioTo: Record<string, number | null> = {
    ungrouped: ratios.ours_to_ungrouped,
    sketch: ratios.ours_to_sketch,
    django: ratios.ours_to_django,
  };
  row('lifecycles', '/s', 'ours is', 'p50 ms', 'p99 ms');
  for (const [name, perSecond] of Object.entries(lifecycles_per_second)) {
    const ratio = ratioTo[name] ?? null;
    const { p50 = '', p99 = '' } = request_ms[name] ?? {};
    row(name.replaceAll('_', ' '), perSecond, ratio === null ? '' : `× ${ratio}`, p50, p99);
  }
}

export function printReport(report: Report): void {
  const { machine, event_loop_delay_ms: loop, queue_reads_per_second: reads, resident_mb: resident } = report;
  console.log(`api · ${report.date} · ${machine.cores} × ${machine.cpu}, Node ${machine.node}`);
  console.log(
    `medians of ${report.rounds} rounds of ${report.seconds} s; load before: ${machine.other_load}\n`,
  );
  printLifecycles(report);
  console.log('');
  row('queue reads', '/s', 'ours is');
  row('ours', reads.ours);
  row(`constant, ${reads.bytes} B`, reads.constant, `× ${report.ratios.queue_reads_to_constant}`);
  console.log('');
  row('event-loop delay', 'p50 ms', 'p99 ms', 'max ms');
  row('under load', ...Object.values(loop.renders_paused));
  row('and drawing', ...Object.values(loop.renders_running));
  console.log(`
  souvenirs drawn beside full load  ${report.souvenirs_per_second_under_load} /s
  memory  ${resident.at_rest} MB at rest, ${resident.under_load} MB under load
  start to ready  ${report.start_to_ready_ms} ms
`);
  printGoals(report.goals);
  for (const [name, reason] of Object.entries(report.skipped)) console.log(`\n  skipped: ${name}, ${reason}`);
}
