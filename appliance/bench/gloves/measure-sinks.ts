import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../src/free-port.ts';
import { type RunningProgram, startProgram } from '../measuring/program.ts';
import { inRounds } from '../measuring/rounds.ts';
import { site } from '../mqtt/bench-topics.ts';
import { cpuMicroseconds } from '../mqtt/process-figures.ts';
import { type SinkKind, sinkKinds } from './ingest/sinks.ts';
import { samplesPerFrame } from './load/frames.ts';
import type { LoadGenerator } from './load-generator.ts';
import type { IngestPace } from './measure-ingest.ts';

/** CPU of the process with that sink, µs for each sample that was sent, until all are on disk. */
export type SinkRuns = ReadonlyMap<SinkKind, readonly number[]>;

interface Ingesting extends RunningProgram {
  readonly kind: SinkKind;
  readonly port: number;
  /** Resolves when all that came is on disk; how many samples were taken in since the start. */
  flushed(): Promise<number>;
}

/** Numbers of a round begin here: gloves that were switched off and on between begin another run. */
const numbersOfRound = 10_000_000;
/** Compilers have seen it, and the first chunks are stored. */
const warmUpSeconds = 9;
const untilReadMs = 300;

/** The same gloves into each sink, in turns. Throws when a sample that was sent was not taken in. */
export async function measureSinks(
  clients: LoadGenerator,
  directory: string,
  { gloves, rounds, seconds }: IngestPace,
): Promise<SinkRuns> {
  const running: Ingesting[] = [];
  let turn = 0;
  const measure = async ({ pid, port, kind, flushed }: Ingesting, forSeconds = seconds): Promise<number> => {
    turn += 1;
    const before = await flushed();
    await clients.connectGloves({
      port,
      gloves: Array.from({ length: gloves }, (_, index) => ({
        name: `glove-${index}`,
        password: `glove-${index}`,
      })),
      root: `dugout/v1/${site}`,
      from: turn * numbersOfRound,
    });
    const cpu = cpuMicroseconds(pid);
    await clients.startGloves();
    await delay(forSeconds * 1_000);
    const { frames } = await clients.stopGloves();
    await delay(untilReadMs);
    const taken = (await flushed()) - before;
    const used = cpuMicroseconds(pid) - cpu;
    const samples = frames * samplesPerFrame;
    if (taken !== samples) throw new Error(`${kind}: ${taken} of ${samples} samples were taken in`);
    return used / samples;
  };
  try {
    for (const kind of sinkKinds) running.push(await start(kind, directory, gloves));
    for (const one of running) await measure(one, warmUpSeconds);
    const runs = await inRounds(running, rounds, (one) => measure(one));
    return new Map(sinkKinds.map((kind, index) => [kind, runs[index] ?? []]));
  } finally {
    for (const { stop } of running) await stop();
  }
}

async function start(kind: SinkKind, directory: string, gloves: number): Promise<Ingesting> {
  const place = join(directory, `sink-${kind}`);
  mkdirSync(place, { recursive: true });
  const [port, httpPort] = [await freePort(), await freePort()];
  const program = join(import.meta.dirname, 'ingest', 'main.ts');
  const words = [kind, place, gloves, port, httpPort].map(String);
  const command = [process.execPath, program, ...words] as const;
  const flushed = async () => Number(await (await fetch(`http://127.0.0.1:${httpPort}/`)).text());
  const isReady = () =>
    flushed().then(
      () => true,
      () => false,
    );
  return { ...(await startProgram({ name: `ingest ${kind}`, command }, isReady)), kind, port, flushed };
}
