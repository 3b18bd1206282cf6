import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isLoopback } from './loopback.ts';
import { type Authenticate, service } from './principal.ts';

const bytes = 32;
const wellFormed = /^[\w-]{43}$/u;

const fileIn = (dataDirectory: string): string => join(dataDirectory, 'keys', 'service-token');

/** The token that programs of this machine sign in with; null while the appliance has not made one. */
export function readServiceToken(dataDirectory: string): string | null {
  try {
    const token = readFileSync(fileIn(dataDirectory), 'utf8').trim();
    return wellFormed.test(token) ? token : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Whole or not at all, and only for the appliance's own user to read. */
function makeServiceToken(dataDirectory: string): string {
  const token = randomBytes(bytes).toString('base64url');
  const file = fileIn(dataDirectory);
  mkdirSync(join(dataDirectory, 'keys'), { recursive: true, mode: 0o700 });
  const draft = openSync(`${file}.new`, 'w', 0o600);
  try {
    writeSync(draft, `${token}\n`);
    fsyncSync(draft);
  } finally {
    closeSync(draft);
  }
  renameSync(`${file}.new`, file);
  return token;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Lets a program of this machine in by its token, and asks `others` about everybody else. */
export function createServiceSignIn(dataDirectory: string, others: Authenticate) {
  let expected: Buffer | undefined;

  const isService = (authorization: string | undefined, address: string): boolean => {
    const token = /^bearer (?<token>\S+)$/iu.exec(authorization ?? '')?.groups?.['token'];
    if (token === undefined || expected === undefined || !isLoopback(address)) return false;
    return timingSafeEqual(digest(token), expected);
  };
  const authenticate: Authenticate = async (credentials) =>
    isService(credentials.authorization, credentials.address) ? { principal: service } : others(credentials);
  return {
    authenticate,
    start(): void {
      expected = digest(readServiceToken(dataDirectory) ?? makeServiceToken(dataDirectory));
    },
  };
}
