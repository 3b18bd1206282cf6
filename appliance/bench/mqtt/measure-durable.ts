import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../src/free-port.ts';
import { configureMosquitto, findMosquitto } from '../baselines/mosquitto.ts';
import { type RunningProgram, startProgram } from '../measuring/program.ts';
import { inRounds } from '../measuring/rounds.ts';
import type { Pace } from './measure-work.ts';
import { cpuMicroseconds } from './process-figures.ts';

export interface Ingested {
  readonly rows: number;
  /** From the first publish until the last row is on disk. */
  readonly seconds: number;
  /** Of all processes behind the socket. */
  readonly cpuMicroseconds: number;
}

interface Ingest {
  readonly port: number;
  readonly pids: readonly number[];
  stored(): Promise<number>;
  stop(): Promise<void>;
}

const bench = join(import.meta.dirname, '..');
const node = (program: string, ...args: (string | number)[]) =>
  [process.execPath, join(bench, program), ...args.map(String)] as const;

/** As many as still made it faster when this was written; one alone waits for the disk with every row. */
const subscriberConnections = 64;
const warmUpAmount = 5_000;
const pollMs = 10;

async function startOurs(directory: string): Promise<Ingest> {
  const [port, httpPort] = [await freePort(), await freePort()];
  const command = node('mqtt/durable/ours.ts', port, directory, httpPort);
  const broker = await startProgram({ name: 'durable ours', command }, isStoring(httpPort));
  return { port, pids: [broker.pid], stored: () => storedBehind(httpPort), stop: broker.stop };
}

async function startMosquittoWithSubscriber(directory: string): Promise<Ingest> {
  const ports = { port: await freePort(), webSocketPort: await freePort() };
  const httpPort = await freePort();
  const configuration = configureMosquitto(directory, 'durable', ports, true);
  const file = findMosquitto()?.file ?? 'mosquitto';
  const running: RunningProgram[] = [];
  const stop = async () => {
    for (const program of running) await program.stop();
  };
  try {
    running.push(
      await startProgram({ name: 'mosquitto', command: [file, '-c', configuration] }, async () => true),
    );
    const command = node(
      'baselines/durable-subscriber.ts',
      ports.port,
      directory,
      httpPort,
      subscriberConnections,
    );
    running.push(await startProgram({ name: 'durable subscriber', command }, isStoring(httpPort)));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port: ports.port,
    pids: running.map(({ pid }) => pid),
    stored: () => storedBehind(httpPort),
    stop,
  };
}

/** Rows of 200 rigs at QoS 1, from the socket to the disk: our handler, and Mosquitto with a Node subscriber. */
export async function measureDurable(
  directory: string,
  amount: number,
  { clients, rounds }: Pace,
): Promise<Map<string, Ingested[]>> {
  const place = (name: string) => {
    const path = mkdtempSync(join(directory, `${name}-`));
    mkdirSync(path, { recursive: true });
    return path;
  };
  const ingests = new Map([['ours', await startOurs(place('ours'))]]);
  try {
    if (findMosquitto() !== null) {
      ingests.set('mosquitto_and_subscriber', await startMosquittoWithSubscriber(place('mosquitto')));
    }
    const ingest = async ({ port, pids, stored }: Ingest, rows: number): Promise<Ingested> => {
      const cpu = () => pids.reduce((sum, pid) => sum + cpuMicroseconds(pid), 0);
      const before = { stored: await stored(), cpu: cpu() };
      const started = performance.now();
      await clients.send({
        publishers: { role: 'rig', count: 50, topic: 'rig/{id}/event' },
        payloadBytes: 128,
        flood: { burst: 10, window: 1_000 },
        amount: rows,
        broker: { port },
      });
      while ((await stored()) < before.stored + rows) await delay(pollMs);
      return { rows, seconds: (performance.now() - started) / 1_000, cpuMicroseconds: cpu() - before.cpu };
    };
    const subjects = [...ingests.values()];
    for (const subject of subjects) await ingest(subject, warmUpAmount);
    const runs = await inRounds(subjects, rounds, (subject) => ingest(subject, amount));
    return new Map([...ingests.keys()].map((name, index) => [name, runs[index] ?? []]));
  } finally {
    for (const { stop } of ingests.values()) await stop();
  }
}

async function storedBehind(httpPort: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${httpPort}/`);
  return Number(await response.text());
}

const isStoring = (httpPort: number) => () =>
  storedBehind(httpPort).then(
    () => true,
    () => false,
  );
