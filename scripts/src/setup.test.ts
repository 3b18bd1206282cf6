import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inCheckout } from './checkout.ts';

let checkout: string;
const put = (path: string, text: string) => {
  mkdirSync(join(checkout, dirname(path)), { recursive: true });
  writeFileSync(join(checkout, path), text);
};
const lock = (version: string) =>
  JSON.stringify({
    packages: {
      '': { name: 'x' },
      'node_modules/a': { version, integrity: 'sha512-a' },
      'node_modules/only-on-windows': { version: '1.0.0', optional: true },
    },
  });

/** Stands in for npm: notes what it is asked for, and does as much of it as the set-up looks at. */
const npm = `
  const { appendFileSync, copyFileSync, existsSync, mkdirSync, writeFileSync, readFileSync } = require('node:fs');
  const [verb] = process.argv.slice(2);
  appendFileSync('asked', verb + '\\n');
  if (existsSync('npm-is-broken')) { console.error('npm error network'); process.exit(1); }
  setTimeout(() => {
    if (verb === 'ci') {
      mkdirSync('node_modules/.bin', { recursive: true });
      writeFileSync('node_modules/.bin/node', '');
      const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
      const here = Object.entries(packages).filter(([path, { optional }]) => path !== '' && !optional);
      writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages: Object.fromEntries(here) }));
    } else {
      mkdirSync('kiosk-ui/dist', { recursive: true });
      writeFileSync('kiosk-ui/dist/index.html', '');
    }
  }, 200);
`;

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'dugout-setup-test-'));
  for (const file of ['setup.mjs', 'setup-turn.mjs']) {
    cpSync(inCheckout(`scripts/${file}`), join(checkout, 'scripts', file));
  }
  put('package-lock.json', lock('1.0.0'));
  put('kiosk-ui/src/screens/board.tsx', '');
  put('appliance/contract/games.ts', '');
  put('npm.cjs', npm);
});
afterEach(() => rmSync(checkout, { recursive: true }));

function setUp(): Promise<{ status: number | null; says: string }> {
  const child = spawn(process.execPath, [join(checkout, 'scripts/setup.mjs')], {
    env: { ...process.env, npm_execpath: join(checkout, 'npm.cjs'), npm_node_execpath: process.execPath },
  });
  let says = '';
  child.stderr.on('data', (text) => {
    says += text;
  });
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, says })));
}
/** What npm was asked for since the last look. */
function asked(): string[] {
  const file = join(checkout, 'asked');
  const verbs = readFileSync(file, { encoding: 'utf8', flag: 'a+' }).split('\n').filter(Boolean);
  writeFileSync(file, '');
  return verbs;
}
const inTheFuture = (path: string) => {
  const later = new Date(Date.now() + 60_000);
  utimesSync(join(checkout, path), later, later);
};

test('a bare checkout is installed and built, and a ready one is left alone', async () => {
  expect((await setUp()).status).toBe(0);
  expect(asked()).toEqual(['ci', 'run']);
  expect(await setUp()).toEqual({ status: 0, says: '' });
  expect(asked()).toEqual([]);
});

test('a lock file that differs from what npm installed is installed anew', async () => {
  await setUp();
  asked();
  put('package-lock.json', lock('1.0.1'));
  await setUp();
  expect(asked()).toEqual(['ci']);
});

test.each(['kiosk-ui/src/screens/board.tsx', 'appliance/contract/games.ts', 'kiosk-ui/src/screens'])(
  'screens older than %s are built again',
  async (path) => {
    await setUp();
    asked();
    inTheFuture(path);
    await setUp();
    expect(asked()).toEqual(['run']);
  },
);

test('two at once install once', async () => {
  expect((await Promise.all([setUp(), setUp()])).map(({ status }) => status)).toEqual([0, 0]);
  expect(asked()).toEqual(['ci', 'run']);
});

test('a failure says what npm said and what to do, and stops the command', async () => {
  put('npm-is-broken', '');
  const { status, says } = await setUp();
  expect(status).toBe(1);
  expect(says).toContain('npm error network');
  expect(says).toContain('run the same command again');
});
