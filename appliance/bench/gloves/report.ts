import { atLeast, atMost, type Goal } from '../measuring/goal.ts';
import { machineOf } from '../measuring/machine.ts';
import { median, medianDifference, medianRatio, rounded } from '../measuring/statistics.ts';
import type { AnalysisRuns } from './measure-analysis.ts';
import type { Ingest, Stretch } from './measure-ingest.ts';
import type { LoopRuns } from './measure-loop.ts';
import type { SinkRuns } from './measure-sinks.ts';
import type { SmoothnessErrors } from './measure-smoothness.ts';
import type { Kept, Storage } from './measure-storage.ts';
import type { StoringRun } from './measure-storing.ts';
import type { WireRun } from './measure-wires.ts';

/** What was not wanted, or cannot be measured here, is null. */
export interface Measured {
  readonly gloves: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly otherLoad: number;
  readonly ingest: Ingest | null;
  readonly sinks: SinkRuns | null;
  readonly storing: readonly StoringRun[] | null;
  readonly simulated: Storage | null;
  readonly real: Storage | null;
  readonly wires: readonly WireRun[] | null;
  readonly analysis: AnalysisRuns | null;
  readonly loop: LoopRuns | null;
  readonly smoothness: SmoothnessErrors | null;
  readonly skipped: Readonly<Record<string, string>>;
}

export type Report = ReturnType<typeof reportOf>;

/** All figures and ratios of one run; the figures are medians of its rounds. */
export function reportOf(measured: Measured) {
  const ingest = measured.ingest === null ? null : ingestOf(measured.ingest);
  const sinks = measured.sinks === null ? null : sinksOf(measured.sinks);
  const storing = measured.storing === null ? null : storingOf(measured.storing);
  const simulated = measured.simulated === null ? null : storageOf(measured.simulated);
  const real = measured.real === null ? null : storageOf(measured.real);
  const analysis = measured.analysis === null ? null : analysisOf(measured.analysis);
  const loop = measured.loop === null ? null : loopOf(measured.loop);
  const { smoothness } = measured;
  return {
    bench: 'gloves',
    date: new Date().toISOString(),
    machine: machineOf(measured.otherLoad),
    gloves: measured.gloves,
    rounds: measured.rounds,
    seconds: measured.seconds,
    ingest,
    sinks,
    storing,
    storage: { simulated, real },
    wires: measured.wires === null ? null : wiresOf(measured.wires),
    analysis,
    loop,
    smoothness,
    goals: [
      atMost('share of a core for all gloves', ingest?.alone.share ?? null, 0.6),
      atMost('samples lost, doubled or wrong', ingest?.missed ?? null, 0),
      atLeast('CPU of storing a row per sample, to ours', storing?.rows_to_chunks ?? null, 4),
      atMost('frame written to frame at a screen, p99 ms', ingest?.watched.p99_ms ?? null, 50),
      atMost('CPU of a game’s analysis, warm, seconds', analysis?.warm_seconds ?? null, 0.3),
      atMost('the same, the first of a thread', analysis?.cold_seconds ?? null, 0.3),
      atMost('event-loop delay p99 while games are analysed, ms more', loop?.loop_p99_more_ms ?? null, 10),
      atMost('error of SPARC', smoothness?.sparc ?? null, 1e-5),
      atMost('error of LDLJ', smoothness?.ldlj ?? null, 1e-5),
      atMost('bytes a sample, simulated gloves', simulated?.ways.chunks.bytes ?? null, 18),
      atMost('bytes a sample, real recordings', real?.ways.chunks.bytes ?? null, 18),
    ] satisfies Goal[],
    skipped: measured.skipped,
  };
}

const medianOf = <Run>(runs: readonly Run[], figure: (run: Run) => number, digits = 2): number =>
  rounded(median(runs.map(figure)), digits);

const stretchOf = (runs: readonly Stretch[]) => ({
  share: medianOf(runs, ({ share }) => share, 3),
  us_a_sample: medianOf(runs, ({ usEach }) => usEach),
  waited: medianOf(runs, ({ waited }) => waited),
});

function ingestOf({ alone, watched, sent, stored }: Ingest) {
  const { samples, lost, doubled, wrong, damaged } = stored;
  return {
    alone: stretchOf(alone),
    watched: {
      ...stretchOf(watched),
      p50_ms: medianOf(watched, ({ screens }) => screens.p50),
      p99_ms: medianOf(watched, ({ screens }) => screens.p99),
      calmest_p99_ms: rounded(Math.min(...watched.map(({ screens }) => screens.p99))),
      frames: watched.reduce((sum, { screens }) => sum + screens.frames, 0),
      lost: watched.reduce((sum, { screens }) => sum + screens.lost, 0),
    },
    clients_share: rounded(sent.share),
    clients_waited: rounded(sent.waited),
    stored: samples,
    ...{ lost, doubled, wrong, damaged },
    missed: lost + doubled + wrong + damaged,
  };
}

function sinksOf(runs: SinkRuns) {
  const [nothing = [], chunks = [], rows = []] = [runs.get('nothing'), runs.get('chunks'), runs.get('rows')];
  return {
    us_a_sample: {
      nothing: rounded(median(nothing)),
      chunks: rounded(median(chunks)),
      rows: rounded(median(rows)),
    },
    rows_to_chunks: rounded(medianRatio(rows, chunks)),
  };
}

const storingOf = (runs: readonly StoringRun[]) => ({
  chunks_us: medianOf(runs, ({ chunks }) => chunks),
  rows_us: medianOf(runs, ({ rows }) => rows),
  rows_to_chunks: medianOf(runs, ({ chunks, rows }) => rows / chunks),
});

const keptOf = ({ bytes, writeUs, readUs }: Kept) => ({
  bytes: rounded(bytes, 1),
  write_us: rounded(writeUs),
  read_us: rounded(readUs),
});

/** A sample of 15 channels in 16 bits. */
const rawBytes = 30;

function storageOf({ samples, ways, encodeUs, decodeUs }: Storage) {
  const { chunks, wide, narrow, json } = ways;
  return {
    samples,
    ways: { chunks: keptOf(chunks), wide: keptOf(wide), narrow: keptOf(narrow), json: keptOf(json) },
    encode_us: rounded(encodeUs),
    decode_us: rounded(decodeUs),
    ratios: {
      bytes_of_json: rounded(json.bytes / chunks.bytes),
      bytes_of_raw: rounded(rawBytes / chunks.bytes),
      bytes_of_wide_rows: rounded(wide.bytes / chunks.bytes),
      write_of_wide_rows: rounded(wide.writeUs / chunks.writeUs),
      write_of_narrow_rows: rounded(narrow.writeUs / chunks.writeUs),
    },
  };
}

const wiresOf = (runs: readonly WireRun[]) => ({
  frame_us: medianOf(runs, ({ frame }) => frame),
  alpha_us: medianOf(runs, ({ alpha }) => alpha),
  alpha_to_frame: medianOf(runs, ({ alpha, frame }) => alpha / frame),
});

const analysisOf = ({ cold, warm }: AnalysisRuns) => ({
  warm_seconds: medianOf(warm, ({ seconds }) => seconds, 3),
  cold_seconds: medianOf(cold, ({ seconds }) => seconds, 3),
  /** With what is loaded before. */
  thread_seconds: medianOf(cold, ({ sinceBegun }) => sinceBegun, 3),
  metrics_with_a_value: warm[0]?.values ?? 0,
});

function loopOf({ idle, analysing, posting }: LoopRuns) {
  const of = (runs: LoopRuns['idle']) => ({
    seconds: medianOf(runs, ({ seconds }) => seconds, 1),
    loop_p99_ms: medianOf(runs, ({ loop }) => loop.p99),
    loop_max_ms: medianOf(runs, ({ loop }) => loop.max),
    http_p50_ms: medianOf(runs, ({ http }) => http.p50),
    http_p99_ms: medianOf(runs, ({ http }) => http.p99),
    requests: runs.reduce((sum, { http }) => sum + http.requests, 0),
  });
  const p99 = (runs: LoopRuns['idle']) => runs.map(({ loop }) => loop.p99);
  const http = (runs: LoopRuns['idle']) => runs.map((run) => run.http.p99);
  return {
    idle: of(idle),
    analysing: of(analysing),
    posting: of(posting),
    loop_p99_to_idle: rounded(medianRatio(p99(analysing), p99(idle))),
    loop_p99_more_ms: rounded(medianDifference(p99(analysing), p99(idle))),
    http_p99_to_idle: rounded(medianRatio(http(analysing), http(idle))),
    posting_loop_p99_to_idle: rounded(medianRatio(p99(posting), p99(idle))),
    posting_http_p99_to_idle: rounded(medianRatio(http(posting), http(idle))),
  };
}
