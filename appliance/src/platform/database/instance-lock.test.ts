import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { acquireInstanceLock, DirectoryInUse } from './instance-lock.ts';

const holdsTheLock = `
  const { acquireInstanceLock } = await import(process.argv[1]);
  acquireInstanceLock(process.argv[2]);
  process.stdout.write('held');
  setInterval(() => {}, 1_000);
`;

async function anotherProcessHolding(directory: string): Promise<ChildProcess> {
  const module = join(import.meta.dirname, 'instance-lock.ts');
  const child = spawn(process.execPath, ['--input-type=module', '--eval', holdsTheLock, module, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await once(child.stdout, 'data');
  return child;
}

test('a directory has one appliance at a time, and whoever comes second is told', async () => {
  const directory = aTemporaryDirectory();
  const child = await anotherProcessHolding(directory);
  expect(() => acquireInstanceLock(directory)).toThrow(DirectoryInUse);
  expect(() => acquireInstanceLock(directory)).toThrow(directory);
  child.kill('SIGKILL');
  await once(child, 'exit');
  acquireInstanceLock(directory)();
});

test('the lock is given back, and can be taken again', () => {
  const directory = aTemporaryDirectory();
  acquireInstanceLock(directory)();
  const release = acquireInstanceLock(directory);
  expect(() => acquireInstanceLock(directory)).toThrow(DirectoryInUse);
  release();
});

test('directories do not know of each other', () => {
  const releases = [aTemporaryDirectory(), aTemporaryDirectory()].map((directory) =>
    acquireInstanceLock(directory),
  );
  for (const release of releases) release();
});
