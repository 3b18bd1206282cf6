import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@dugout/appliance/free-port';
import { type Clock, systemClock } from '@dugout/appliance/platform/clock.ts';
import { type Cluster, clusterOf } from './cluster.ts';
import { withConnection } from './connection.ts';
import { asFailure } from './failure.ts';
import { postgresPrograms } from './programs.ts';
import { startWatcher } from './watcher.ts';

export interface EmbeddedSettings {
  /** For everything that Postgres keeps; made when missing, kept between starts. */
  readonly directory: string;
  /** Where its password is kept, 0600; `password` in the directory when not given. */
  readonly passwordFile?: string;
  /** 0 or nothing takes a free one. */
  readonly port?: number;
  /** Beyond those for a small machine: `max_connections`, … */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
}

export interface EmbeddedPostgres {
  /** Its owner's address, password included, of the database `dugout`. */
  readonly url: string;
  readonly port: number;
  /** Orderly: ends all sessions, writes everything down. */
  stop(): Promise<void>;
  /** As a power cut ends it: nothing is written any more. */
  kill(): Promise<void>;
  /** Resolves with a sentence when it ended, for whatever reason. */
  readonly ended: Promise<string>;
}

export const ownerName = 'dugout';
export const databaseName = 'dugout';

/** Memory for a laptop or a NUC that has other things to do. Every commit is synced. */
const modest: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'on',
  shared_buffers: '64MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  max_connections: '100',
  max_wal_size: '512MB',
  min_wal_size: '32MB',
  jit: 'off',
  log_min_messages: 'warning',
  log_timezone: 'UTC',
  timezone: 'UTC',
};
const startMs = 60_000;
const stopMs = 30_000;
const betweenLooksMs = 50;
const tries = 60;
/** Somebody took the port that was free a moment ago. */
const portIsTaken = /could not create any TCP/u;
/** Sessions of a server that was killed notice it within moments, and hold its memory until then. */
const isStillEnding = /pre-existing shared memory block/u;

/**
 * A real Postgres of our own, reachable from this machine only. It stops when `stop` is called, and when this process
 * ends without having called it.
 * Throws with what Postgres said when it does not start.
 */
export async function startEmbeddedPostgres(settings: EmbeddedSettings): Promise<EmbeddedPostgres> {
  const clock = settings.clock ?? systemClock;
  const cluster = await clusterOf(settings.directory, ownerName, settings.passwordFile);
  await untilNobodyRunsIt(cluster, clock);
  for (let attempt = 1; ; attempt += 1) {
    const port = settings.port || (await freePort());
    const running = await run(cluster, port, settings.parameters ?? {}, clock);
    if ('server' in running) return running.server;
    const passes = portIsTaken.test(running.said) ? !settings.port : isStillEnding.test(running.said);
    if (!passes || attempt === tries) {
      throw new Error(`Postgres did not start in ${settings.directory}: ${running.said}`);
    }
    await pause(clock);
  }
}

/** The owner's address of the one that runs in this directory; null when none does. */
export async function runningEmbeddedPostgres(directory: string): Promise<string | null> {
  if (!existsSync(join(directory, 'cluster'))) return null;
  const cluster = await clusterOf(directory, ownerName);
  const note = noteIn(cluster);
  if (!existsSync(note)) return null;
  // Lines of `postmaster.pid`: process, directory, start, port; see miscadmin.h.
  const [pid = '', , , port = ''] = readFileSync(note, 'utf8').split('\n');
  return runsIn(Number(pid), cluster.directory) ? urlOf(cluster, Number(port), databaseName) : null;
}

async function run(
  cluster: Cluster,
  port: number,
  parameters: Readonly<Record<string, string>>,
  clock: Clock,
): Promise<{ server: EmbeddedPostgres } | { said: string }> {
  const { postgres } = postgresPrograms(cluster.user);
  const flags = Object.entries({ ...modest, ...parameters }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const log = openSync(cluster.log, 'w', 0o600);
  const child = spawn(postgres, ['-D', cluster.path, '-p', String(port), ...flags], {
    ...cluster.spawning,
    // Ctrl-C in a terminal is for whoever started it, who says goodbye to it first.
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = endOf(child, cluster.log);
  const watcher = startWatcher(child, cluster.spawning);
  const url = urlOf(cluster, port, databaseName);
  const stop = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    // SIGQUIT leaves the sessions where they are; the next start recovers.
    const cancel = clock.deadline(stopMs, () => child.kill('SIGQUIT'));
    await ended;
    cancel();
    watcher.dismiss();
  };
  void ended.then(() => watcher.dismiss());
  const problem = await untilReady(cluster, child, port, ended, clock);
  if (problem !== undefined) {
    await stop('SIGQUIT');
    return { said: problem };
  }
  return { server: { url, port, ended, stop: () => stop('SIGINT'), kill: () => stop('SIGKILL') } };
}

async function endOf(child: ChildProcess, log: string): Promise<string> {
  const how = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
  });
  const said = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').slice(-5).join(' | ') : '';
  return `it ended (${how})${said === '' ? '' : `: ${said}`}`;
}

/**
 * Undefined when it is ready; else why it is not. It says so itself in its note: whoever answers at the port may be
 * another one.
 */
async function untilReady(
  cluster: Cluster,
  child: ChildProcess,
  port: number,
  ended: Promise<string>,
  clock: Clock,
) {
  let over: string | undefined;
  void ended.then((how) => {
    over = how;
  });
  const until = clock.monotonic() + startMs;
  while (!saysReady(cluster, child)) {
    await Promise.race([pause(clock), ended]);
    if (over !== undefined) return over;
    if (clock.monotonic() > until) return `it is not ready after ${startMs} ms`;
  }
  try {
    await createDatabase(urlOf(cluster, port, 'postgres'));
    return undefined;
  } catch (error) {
    return `${asFailure(error).message}; the password is the one in ${cluster.passwordFile}`;
  }
}

/** The eighth line of `postmaster.pid` is its status; see miscadmin.h. */
function saysReady(cluster: Cluster, child: ChildProcess): boolean {
  const note = noteIn(cluster);
  if (!existsSync(note)) return false;
  const lines = readFileSync(note, 'utf8').split('\n');
  return lines[0] === String(child.pid) && lines[7]?.trim() === 'ready';
}

const noteIn = ({ directory }: Cluster) => join(directory, 'postmaster.pid');

const createDatabase = (url: string) =>
  withConnection(url, { name: 'dugout start' }, async (connection) => {
    const { rows } = await connection.query('SELECT 1 FROM pg_database WHERE datname = $1', [databaseName]);
    if (rows.length === 0) await connection.query(`CREATE DATABASE ${databaseName}`);
  });

const urlOf = ({ password }: Cluster, port: number, database: string) =>
  `postgresql://${ownerName}:${password}@127.0.0.1:${port}/${database}`;

/**
 * One that a killed process left behind is being stopped by its watcher; that one is waited for. A note of one that
 * is long gone, whose number may be another program's by now, is removed.
 */
async function untilNobodyRunsIt(cluster: Cluster, clock: Clock): Promise<void> {
  const note = noteIn(cluster);
  const until = clock.monotonic() + stopMs;
  while (existsSync(note)) {
    const pid = Number.parseInt(readFileSync(note, 'utf8'), 10);
    if (!runsIn(pid, cluster.directory)) {
      // Of a dead one Postgres judges itself, and better.
      if (isAlive(pid)) rmSync(note, { force: true });
      return;
    }
    if (clock.monotonic() > until) {
      throw new Error(`another process runs Postgres in ${cluster.directory} (process ${pid})`);
    }
    await pause(clock);
  }
}

function runsIn(pid: number, directory: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === directory;
  } catch {
    return !existsSync('/proc/self') && isAlive(pid);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Unlike a sleep it keeps the process alive, which has nothing else to do yet. */
const pause = (clock: Clock) => new Promise<void>((resolve) => void clock.deadline(betweenLooksMs, resolve));
