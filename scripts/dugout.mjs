#!/usr/bin/env node
// The command line runs on the project's own Node, whichever Node found this file.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const commandLine = join(here, 'src/dugout.ts');
const ownNode = join(here, '../node_modules/.bin/node');
const isOwn = Number(process.versions.node.split('.')[0]) >= 24;

if (!existsSync(join(here, '../node_modules/commander'))) {
  process.stderr.write('Dugout is not set up yet: run `npm start` once, or `node scripts/setup.mjs`.\n');
  process.exitCode = 1;
} else if (isOwn) {
  await import(commandLine);
} else {
  const child = spawn(ownNode, [commandLine, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A signal to this process is meant for the command; a terminal sends its own to both.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => {});
  child.once('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
  child.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
