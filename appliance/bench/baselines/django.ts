import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../src/free-port.ts';
import { password } from '../api/lifecycle.ts';
import { type ServerProcess, startServer } from '../api/server-process.ts';

const project = join(import.meta.dirname, 'django');
const debianClusters = '/usr/lib/postgresql';
/** Debian's own, which sees Debian's packages. */
const debianPython = '/usr/bin/python3';

/** Why the seed's kind of server cannot be measured here, package by package; empty when it can. */
export function missingForDjango(): string[] {
  const python = (module: string) => spawnSync(debianPython, ['-c', `import ${module}`]).status === 0;
  return [
    ...(python('django') ? [] : ['python3-django']),
    ...(python('rest_framework') ? [] : ['python3-djangorestframework']),
    ...(python('psycopg2') ? [] : ['python3-psycopg2']),
    ...(python('gunicorn') ? [] : ['gunicorn']),
    ...(postgresPrograms() === undefined ? ['postgresql'] : []),
  ];
}

function postgresPrograms(): string | undefined {
  if (!existsSync(debianClusters)) return undefined;
  const [newest] = readdirSync(debianClusters).sort((a, b) => Number(b) - Number(a));
  return newest === undefined ? undefined : join(debianClusters, newest, 'bin');
}

/**
 * Django REST framework on Postgres with its defaults (so: every commit synced to disk), served by gunicorn. Workers
 * and threads are those that were fastest on two cores.
 */
export async function startDjango(directory: string): Promise<ServerProcess> {
  const postgres = await startPostgres(directory);
  try {
    const manage = (...args: string[]) =>
      succeed(spawnSync(debianPython, ['manage.py', ...args], { cwd: project, env: postgres.environment }));
    manage('migrate', '--verbosity', '0');
    manage('shell', '-c', addUsers);
    const port = await freePort();
    const gunicorn = ['-m', 'gunicorn', '--workers', '2', '--threads', '4', '--keep-alive', '30'];
    const server = await startServer(
      {
        name: 'django',
        command: [debianPython, ...gunicorn, '--bind', `127.0.0.1:${port}`, 'venue.wsgi'],
        environment: postgres.environment,
        directory: project,
      },
      port,
      '/',
    );
    return {
      ...server,
      async stop() {
        await server.stop();
        postgres.stop();
      },
    };
  } catch (error) {
    postgres.stop();
    throw error;
  }
}

const addUsers = `
from django.contrib.auth.models import User
for name in ("user", "mlbtablet", "mlbvrgame"):
    User.objects.create_user(name, password=${JSON.stringify(password)})
`;

async function startPostgres(directory: string) {
  const programs = postgresPrograms();
  if (programs === undefined) throw new Error('Postgres is not installed');
  const cluster = join(directory, 'cluster');
  mkdirSync(directory, { recursive: true });
  const port = String(await freePort());
  const run = asPostgres(directory);
  const control = (...args: string[]) =>
    succeed(run(join(programs, 'pg_ctl'), ['-D', cluster, '-w', '-s', ...args]));
  succeed(run(join(programs, 'initdb'), ['-D', cluster, '-A', 'trust', '-U', 'postgres']));
  control('start', '-l', join(directory, 'log'), '-o', `-p ${port} -k ${directory} -h ''`);
  return {
    environment: { ...process.env, PGHOST: directory, PGPORT: port, PYTHONDONTWRITEBYTECODE: '1' },
    stop: () => control('stop', '-m', 'fast'),
  };
}

/** Postgres refuses to run as root: then as its own user, who is given the directory. */
function asPostgres(directory: string) {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    const id = (flag: string) => Number(succeed(spawnSync('id', [flag, 'postgres'])).stdout.toString());
    chownSync(directory, id('-u'), id('-g'));
  }
  return (program: string, args: string[]) =>
    isRoot
      ? spawnSync('runuser', ['-u', 'postgres', '--', program, ...args], { cwd: directory, stdio: 'pipe' })
      : spawnSync(program, args, { cwd: directory, stdio: 'pipe' });
}

function succeed(result: SpawnSyncReturns<Buffer>): SpawnSyncReturns<Buffer> {
  if (result.status !== 0) throw new Error(result.error?.message ?? result.stderr.toString());
  return result;
}
