import { readFileSync } from 'node:fs';

/** Whom a program runs as. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** `postgres` is there for this; `nobody` is there on every system, and no user has to be added to it. */
const candidates = ['postgres', 'nobody'];

/**
 * Postgres refuses to run as root, so a user without rights is taken for it then; null means that it can run as we do.
 * Files of a cluster that is there already say who made them.
 */
export function userForPostgres(clusterOwner: number | null): SystemUser | null {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n').map(toUser);
  const wanted =
    users.find((user) => user.uid === clusterOwner && user.uid !== 0) ??
    candidates.map((name) => users.find((user) => user.name === name)).find((user) => user !== undefined);
  if (wanted === undefined) {
    throw new Error(
      `Postgres does not run as root, and there is neither of the users ${candidates.join(', ')} to run it as`,
    );
  }
  return wanted;
}

function toUser(line: string): SystemUser {
  const [name = '', , uid, gid] = line.split(':');
  return { name, uid: Number(uid), gid: Number(gid) };
}
