import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort } from '../free-port.ts';
import { aTemporaryDirectory } from './temporary-directory.ts';
import { until } from './test-broker.ts';

/** Debian keeps it where a user's PATH does not look. */
const program = '/usr/sbin/mosquitto';
const isInstalled = spawnSync(program, ['-h']).error === undefined;

/** For `describe.skipIf` and `test.skipIf`, with `withoutMosquitto` at the end of the name. */
export const noMosquitto = !isInstalled;
export const withoutMosquitto = noMosquitto ? ' (Mosquitto is not installed)' : '';

export interface MosquittoSettings {
  /** Password by user; without it, anybody may do anything. */
  readonly users?: Readonly<Record<string, string>>;
  /** Text of its access list. */
  readonly acl?: string;
  /** More lines of its configuration. */
  readonly lines?: readonly string[];
}

/** A real Mosquitto on a port of its own that keeps what it has over a restart; gone when the test is over. */
export async function aMosquitto({ users, acl, lines = [] }: MosquittoSettings = {}) {
  const directory = aTemporaryDirectory();
  const port = await freePort();
  const configuration = [
    `user ${userInfo().username}`,
    `listener ${port} 127.0.0.1`,
    `allow_anonymous ${users === undefined}`,
    'persistence true',
    `persistence_location ${directory}/`,
    'max_queued_messages 100000',
    'log_type error',
    ...lines,
  ];
  if (users !== undefined) {
    const file = join(directory, 'passwords');
    const pairs = Object.entries(users).map(([user, password]) => `${user}:${password}\n`);
    writeFileSync(file, pairs.join(''), { mode: 0o600 });
    const made = spawnSync('mosquitto_passwd', ['-U', file], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`mosquitto_passwd: ${made.error?.message ?? made.stderr}`);
    configuration.push(`password_file ${file}`);
  }
  if (acl !== undefined) {
    writeFileSync(join(directory, 'acl'), acl, { mode: 0o600 });
    configuration.push(`acl_file ${join(directory, 'acl')}`);
  }
  const configured = join(directory, 'mosquitto.conf');
  writeFileSync(configured, `${configuration.join('\n')}\n`);

  let child: ChildProcess | undefined;
  const start = async () => {
    const started = spawn(program, ['-c', configured], { stdio: 'ignore' });
    child = started;
    await until(() => {
      if (started.exitCode !== null) throw new Error(`Mosquitto ended with ${started.exitCode}`);
      return answers(port);
    });
  };
  const end = async (signal: NodeJS.Signals) => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'close');
    child.kill(signal);
    await gone;
  };
  onTestFinished(() => end('SIGKILL'));
  await start();
  return {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    /** It writes down what it keeps. */
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    startAgain: start,
  };
}
export type Mosquitto = Awaited<ReturnType<typeof aMosquitto>>;

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
