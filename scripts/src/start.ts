import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lanAddresses } from '../../appliance/src/lan-address.ts';
import { outsideBroker } from '../../appliance/src/outside-broker.ts';
import {
  BadConfiguration,
  dataDirectoryOf,
  readSettings,
  type Settings,
  secretKeyOf,
} from '../../appliance/src/settings.ts';
import { inCheckout } from './checkout.ts';
import { type Demonstration, demonstration } from './start/demonstration.ts';
import { portsTaken, type WantedPort } from './start/ports.ts';
import { startProgram } from './start/program.ts';
import { isReady } from './start/readiness.ts';
import { supervise } from './start/supervision.ts';
import { type PartName, partsOf, startSystem } from './start/system.ts';
import { replicaWelcomeText, welcomeText } from './start/welcome.ts';

const everywhere = ['0.0.0.0', '::'];
/** Plays to its end, looks whether both ends agree, and says so. */
const simulationGraceMs = 60_000;

interface Start {
  readonly settings: Settings;
  readonly dataDirectory: string;
  readonly parts: readonly PartName[];
  readonly shown: Demonstration | undefined;
}

/** Runs the whole system until Ctrl-C; `--demo` adds simulated guests and devices, and what goes wrong. */
async function start({ settings, dataDirectory, parts, shown }: Start): Promise<void> {
  const supervision = supervise();
  const environment = { ...process.env, ...shown?.settings };
  const cloudUrl = settings.DUGOUT_CLOUD_DATABASE_URL;
  const cloud = await startSystem(supervision, {
    ...{ parts, environment, dataDirectory, cloudUrl },
    ...(shown === undefined ? {} : { daemonsWay: shown.daemonsWay }),
  });

  const near = everywhere.includes(settings.DUGOUT_HTTP_HOST) ? '127.0.0.1' : settings.DUGOUT_HTTP_HOST;
  const answers = (port: number, path: string) => isReady(`http://${near}:${port}${path}`, supervision.over);
  // The replica is ready when the cloud is, which nobody at a venue waits for.
  const ready =
    (!parts.includes('appliance') || (await answers(settings.DUGOUT_HTTP_PORT, '/readyz'))) &&
    (!parts.includes('replica') || (await answers(settings.DUGOUT_REPLICA_PORT, '/healthz')));
  if (ready) {
    console.log(welcome(settings, dataDirectory, parts));
    if (shown !== undefined && cloud !== undefined) {
      const simulation = [inCheckout('scripts/dugout.mjs'), ...shown.simulation];
      const options = {
        environment: { ...environment, DUGOUT_CLOUD_DATABASE_URL: cloud },
        graceMs: simulationGraceMs,
      };
      supervision.add(startProgram('the simulation', simulation, options));
    }
  }
  const reason = await supervision.over;
  await supervision.stop();
  if (reason !== undefined) throw new Error(reason);
}

function welcome(settings: Settings, dataDirectory: string, parts: readonly PartName[]): string {
  const { DUGOUT_HTTP_HOST: host, DUGOUT_PROFILE: profile } = settings;
  const lan = everywhere.includes(host) ? lanAddresses() : [host].filter((one) => !isLoopback(one));
  const replicaPort = parts.includes('replica') ? settings.DUGOUT_REPLICA_PORT : undefined;
  if (!parts.includes('appliance'))
    return replicaWelcomeText({ profile, port: settings.DUGOUT_REPLICA_PORT, lan });
  const keptPassword = join(dataDirectory, 'keys', 'bootstrap-password');
  return welcomeText({
    port: settings.DUGOUT_HTTP_PORT,
    mqttPort: settings.DUGOUT_MQTT_PORT,
    broker: outsideBroker({ mqtt: { port: settings.DUGOUT_MQTT_PORT, url: settings.DUGOUT_MQTT_URL } }),
    profile,
    dataDirectory,
    lan,
    password: existsSync(keptPassword) ? readFileSync(keptPassword, 'utf8').trim() : undefined,
    replicaPort,
    ships: parts.includes('cloud database') || settings.DUGOUT_CLOUD_DATABASE_URL !== undefined,
  });
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.');

/** Ports that npm start tells people to go to. */
function portsOf(settings: Settings, parts: readonly PartName[]): WantedPort[] {
  const host = settings.DUGOUT_HTTP_HOST;
  const http = { port: settings.DUGOUT_HTTP_PORT, what: 'the appliance', setting: 'DUGOUT_HTTP_PORT' };
  const mqtt = { port: settings.DUGOUT_MQTT_PORT, what: 'the broker', setting: 'DUGOUT_MQTT_PORT' };
  const replica = {
    port: settings.DUGOUT_REPLICA_PORT,
    what: 'the replica',
    setting: 'DUGOUT_REPLICA_PORT',
  };
  return [
    ...(parts.includes('appliance') ? [http] : []),
    ...(parts.includes('appliance') && settings.DUGOUT_MQTT_URL === undefined ? [mqtt] : []),
    ...(parts.includes('replica') ? [replica] : []),
  ].map((one) => ({ ...one, host }));
}

async function refuseWhatCannotWork(settings: Settings, parts: readonly PartName[], demo: boolean) {
  const ports = portsOf(settings, parts);
  const unknown = ports.find(({ port, setting }) => port === 0 && setting !== 'DUGOUT_MQTT_PORT');
  if (unknown !== undefined)
    throw new Error(`npm start tells you where to go, so ${unknown.setting} must not be 0`);
  if (demo && !parts.includes('replica'))
    throw new Error('--demo shows a venue and its replica: it is for DUGOUT_PROFILE=labs');
  if (demo && !parts.includes('appliance'))
    throw new Error('--demo plays at a venue, and DUGOUT_PROFILE=cloud has none');
  const taken = await portsTaken(ports.filter(({ port }) => port !== 0));
  if (taken.length > 0) throw new Error(taken.join('\n'));
}

try {
  const { demo } = parseArgs({ options: { demo: { type: 'boolean', default: false } } }).values;
  const settings = readSettings(process.env);
  const dataDirectory = dataDirectoryOf(settings, process.env);
  secretKeyOf(settings, dataDirectory);
  const parts = partsOf(settings.DUGOUT_PROFILE, settings.DUGOUT_CLOUD_DATABASE_URL);
  await refuseWhatCannotWork(settings, parts, demo);
  const shown = demo
    ? await demonstration(process.env, dataDirectory, settings.DUGOUT_REPLICA_PORT)
    : undefined;
  await start({ settings, dataDirectory, parts, shown });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof BadConfiguration ? 78 : 1;
}
