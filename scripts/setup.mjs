// Makes a checkout ready to run: the dependencies as locked, and screens not older than their sources.
// It runs before anything is installed, with whatever Node >= 18 the machine has, so it is plain JavaScript.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { takeTurn } from './setup-turn.mjs';

const oldestForSetup = 18;
const oldestForDugout = 24;
const root = join(fileURLToPath(import.meta.url), '../..');
const at = (...parts) => join(root, ...parts);
const say = (text) => process.stderr.write(text);

try {
  requireNode(process.versions.node, oldestForSetup);
  if (!isInstalled() || !isBuilt()) {
    const giveBack = takeTurn(root);
    process.once('exit', giveBack);
    if (!isInstalled()) install();
    if (!isBuilt()) build();
  }
} catch (error) {
  say(`\n${error.message}\n`);
  process.exitCode = 1;
}

/** npm keeps a lock file of what it really installed: the two must name the same packages. */
function isInstalled() {
  const hidden = at('node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const locked = JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  const isHere = ([path, { version, integrity, optional }]) => {
    const found = installed[path];
    if (found === undefined) return path === '' || optional === true;
    return found.version === version && found.integrity === integrity;
  };
  return Object.entries(locked).every(isHere) && Object.keys(installed).every((path) => path in locked);
}

function install() {
  // No dependency runs code of its own while it is installed: none needs to, natives come prebuilt.
  run(
    'Installing the dependencies',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    [
      'Dugout could not install its dependencies. It needs the npm registry (directly or by the proxy npm is set up',
      'with) and about 1 GB of disk. Nothing is half done: run the same command again.',
    ],
  );
  if (!existsSync(at('node_modules/.bin/node'))) requireNode(process.versions.node, oldestForDugout);
}

function isBuilt() {
  const page = at('kiosk-ui/dist/index.html');
  if (!existsSync(page)) return false;
  const sources = ['src', 'index.html', 'package.json', 'tsconfig.json', 'vite.config.ts'].map((name) =>
    at('kiosk-ui', name),
  );
  return newest([...sources, at('appliance/contract')]) <= statSync(page).mtimeMs;
}

/** Folders count too: their time changes when a file in them is removed. */
function newest(paths) {
  return paths.reduce((latest, path) => {
    if (!existsSync(path)) return latest;
    const { mtimeMs } = statSync(path);
    const isFolder = statSync(path).isDirectory();
    return Math.max(
      latest,
      mtimeMs,
      isFolder ? newest(readdirSync(path).map((name) => join(path, name))) : 0,
    );
  }, 0);
}

function build() {
  run(
    'Building the screens',
    ['run', 'build', '--workspace', 'kiosk-ui', '--loglevel=error'],
    ['The screens could not be built; what the build said stands above.'],
  );
}

/** Runs npm with the Node that npm itself runs on: installing replaces the one in node_modules. */
function run(what, args, explanation) {
  const started = Date.now();
  say(`${what} … `);
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  const [command, ...first] = npm !== undefined && node !== undefined ? [node, npm] : ['npm'];
  const done = spawnSync(command, [...first, ...args], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (done.status !== 0) {
    const output = `${done.stdout ?? ''}${done.stderr ?? ''}`.trim().split('\n').slice(-40);
    throw new Error([...output, String(done.error ?? ''), ...explanation].filter(Boolean).join('\n'));
  }
  say(`${((Date.now() - started) / 1000).toFixed(0)} s\n`);
}

function requireNode(version, oldest) {
  if (Number(version.split('.')[0]) >= oldest) return;
  throw new Error(
    oldest === oldestForSetup
      ? `Dugout is set up by Node ${oldest} or newer; this is Node ${version}.`
      : `npm has no Node ${oldest} for this kind of machine (${process.platform} ${process.arch}), and this is Node ${version}. Install Node ${oldest} and run the same command again.`,
  );
}
