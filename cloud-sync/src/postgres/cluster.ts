import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { postgresPrograms } from './programs.ts';
import { type SystemUser, userForPostgres } from './system-user.ts';

/** How a program is started that works on the cluster. */
export interface Spawning {
  readonly cwd: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly env: NodeJS.ProcessEnv;
}

/** What Postgres keeps, and whose it is. */
export interface Cluster {
  /** Where it is. */
  readonly directory: string;
  /** What a program that was started with `spawning` has to call it. */
  readonly path: string;
  readonly spawning: Spawning;
  readonly user: SystemUser | null;
  readonly password: string;
  readonly passwordFile: string;
  /** What the server says; anew at each start. */
  readonly log: string;
}

/** No setting of this process's surroundings (`PGDATA`, a locale) has a say. */
const env = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * Makes the cluster when there is none.
 *
 * As root, Postgres runs as another user, who may not pass through a data directory of 0700 or through root's home. The
 * kernel asks for that right on the way to a directory and not within it: so a program is put into the cluster while it
 * is still root, and calls it by `/proc/self/cwd`. Nothing above it has to be opened to anybody.
 */
export async function clusterOf(
  home: string,
  ownerName: string,
  givenPasswordFile?: string,
): Promise<Cluster> {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const directory = join(realpathSync(home), 'cluster');
  const isNew = !existsSync(directory);
  const passwordFile = givenPasswordFile ?? join(home, 'password');
  const password = passwordIn(passwordFile, isNew);
  const user = userForPostgres(isNew ? null : statSync(directory).uid);
  if (isNew) await makeCluster(directory, user, ownerName, password);
  return {
    directory,
    ...waysTo(directory, user),
    user,
    password,
    passwordFile,
    log: join(home, 'postgres.log'),
  };
}

function waysTo(directory: string, user: SystemUser | null): Pick<Cluster, 'path' | 'spawning'> {
  if (user === null) return { path: directory, spawning: { cwd: directory, env } };
  const { uid, gid } = user;
  return { path: '/proc/self/cwd', spawning: { cwd: directory, uid, gid, env } };
}

function passwordIn(file: string, mayMake: boolean): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  if (!mayMake) throw new Error(`the password of the Postgres here is missing: ${file}`);
  const password = randomBytes(24).toString('base64url');
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${password}\n`, { mode: 0o600, flush: true });
  return password;
}

/** Under another name until it is whole: a start that was interrupted leaves nothing that looks like a cluster. */
async function makeCluster(directory: string, user: SystemUser | null, ownerName: string, password: string) {
  const unfinished = `${directory}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished);
  chmodSync(unfinished, 0o700);
  if (user !== null) chownSync(unfinished, user.uid, user.gid);
  const secret = anOpenSecret(`${unfinished}.password`, password, user);
  try {
    const { path, spawning } = waysTo(unfinished, user);
    await runInitdb(path, spawning, postgresPrograms(user).initdb, ownerName, secret);
  } finally {
    secret.close();
  }
  renameSync(unfinished, directory);
}

interface OpenSecret {
  readonly path: string;
  readonly descriptor: number;
  close(): void;
}

/** A file that is passed on open: it is opened again by its number, for which no way to it is needed. */
function anOpenSecret(file: string, content: string, user: SystemUser | null): OpenSecret {
  writeFileSync(file, `${content}\n`, { mode: 0o600 });
  if (user !== null) chownSync(file, user.uid, user.gid);
  const descriptor = openSync(file, 'r');
  return {
    path: user === null ? file : '/proc/self/fd/3',
    descriptor,
    close() {
      closeSync(descriptor);
      rmSync(file, { force: true });
    },
  };
}

async function runInitdb(
  path: string,
  spawning: Spawning,
  initdb: string,
  ownerName: string,
  secret: OpenSecret,
) {
  const flags = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', `--username=${ownerName}`];
  const child = spawn(initdb, [`--pgdata=${path}`, `--pwfile=${secret.path}`, ...flags], {
    ...spawning,
    stdio: ['ignore', 'ignore', 'pipe', secret.descriptor],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const how = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? '' : (signal ?? `code ${code}`)));
  });
  if (how !== '') throw new Error(`Postgres could not be set up (${how}): ${said.trim()}`);
}
