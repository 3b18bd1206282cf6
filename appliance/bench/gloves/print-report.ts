import { printGoals } from '../measuring/goal.ts';
import type { Report } from './report.ts';

type Cell = string | number | null | undefined;

function line(name: string, ...values: Cell[]): void {
  console.log(`  ${name.padEnd(34)}${values.map((value) => String(value ?? '').padStart(12)).join('')}`);
}

const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;

function printIngest(ingest: NonNullable<Report['ingest']>): void {
  console.log('\n  All gloves into the appliance, a session open for each');
  line('', 'of a core', 'µs a sample', 'waited');
  for (const [name, of] of [
    ['nobody watches', ingest.alone],
    ['ten screens watch', ingest.watched],
  ] as const) {
    line(name, percent(of.share), of.us_a_sample, percent(of.waited));
  }
  const { p50_ms, p99_ms, calmest_p99_ms, frames, lost } = ingest.watched;
  line('frame to screen, ms', `p50 ${p50_ms}`, `p99 ${p99_ms}`, `calm ${calmest_p99_ms}`);
  line('frames seen, lost', frames, lost);
  line('samples stored', ingest.stored);
  line('lost, doubled, wrong', ingest.lost, ingest.doubled, ingest.wrong);
  line('clients', percent(ingest.clients_share));
}

function printSinks(sinks: NonNullable<Report['sinks']>): void {
  console.log('\n  From the socket to the disk, CPU µs a sample');
  line('', 'nothing', 'chunks', 'rows', 'rows/chunks');
  const { nothing, chunks, rows } = sinks.us_a_sample;
  line('all of it', nothing, chunks, rows, sinks.rows_to_chunks);
}

function printStorage(title: string, storage: NonNullable<Report['storage']['real']>): void {
  console.log(`\n  Storage of ${storage.samples} samples, ${title}`);
  line('a sample of 15 channels', 'bytes', 'write µs', 'read µs');
  for (const [name, { bytes, write_us, read_us }] of Object.entries(storage.ways)) {
    line(name, bytes, write_us, read_us);
  }
  line('codec alone, µs', '', storage.encode_us, storage.decode_us);
  for (const [name, ratio] of Object.entries(storage.ratios)) line(name.replaceAll('_', ' '), `× ${ratio}`);
}

function printLoop(loop: NonNullable<Report['loop']>): void {
  console.log('\n  Ten games analysed, and ten posted by phones and all that follows');
  line('', 'seconds', 'loop p99 ms', 'max', 'GET p50 ms', 'p99 ms');
  for (const [name, of] of [
    ['idle', loop.idle],
    ['analysing', loop.analysing],
    ['posting', loop.posting],
  ] as const) {
    line(name, of.seconds, of.loop_p99_ms, of.loop_max_ms, of.http_p50_ms, of.http_p99_ms);
  }
  line('analysing to idle', '', `× ${loop.loop_p99_to_idle}`, '', '', `× ${loop.http_p99_to_idle}`);
  line(
    'posting to idle',
    '',
    `× ${loop.posting_loop_p99_to_idle}`,
    '',
    '',
    `× ${loop.posting_http_p99_to_idle}`,
  );
}

export function printReport(report: Report): void {
  const { machine, ingest, sinks, storing, storage, wires, analysis, loop, smoothness } = report;
  console.log(`gloves · ${report.date} · ${machine.cores} × ${machine.cpu}`);
  console.log(
    `${report.gloves} gloves, medians of ${report.rounds} rounds of ${report.seconds} s; load before: ${machine.other_load}`,
  );
  if (ingest !== null) printIngest(ingest);
  if (sinks !== null) printSinks(sinks);
  if (storing !== null) {
    console.log('\n  Storing alone, CPU µs a sample');
    line('chunks, rows, rows/chunks', storing.chunks_us, storing.rows_us, storing.rows_to_chunks);
  }
  if (storage.simulated !== null) printStorage('simulated gloves', storage.simulated);
  if (storage.real !== null) printStorage('real recordings', storage.real);
  if (wires !== null) {
    console.log('\n  Reading, CPU µs a sample');
    line('frames of 15 channels, alpha of 5', wires.frame_us, wires.alpha_us, `× ${wires.alpha_to_frame}`);
  }
  if (analysis !== null) {
    console.log('\n  Analysis of three minutes, CPU seconds of the thread');
    line('warm, cold, with loading', analysis.warm_seconds, analysis.cold_seconds, analysis.thread_seconds);
  }
  if (loop !== null) printLoop(loop);
  if (smoothness !== null) {
    console.log('');
    line('error of SPARC, of LDLJ', smoothness.sparc.toExponential(1), smoothness.ldlj.toExponential(1));
  }
  console.log('');
  printGoals(report.goals);
  for (const [name, reason] of Object.entries(report.skipped)) console.log(`\n  skipped: ${name}, ${reason}`);
}
