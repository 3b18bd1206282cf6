import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Config, loadConfig } from '../../appliance/src/config.ts';
import { lanAddresses } from '../../appliance/src/lan-address.ts';
import { outsideBroker } from '../../appliance/src/outside-broker.ts';
import { BadConfiguration } from '../../appliance/src/settings.ts';
import { inCheckout } from './checkout.ts';
import { type Demonstration, demonstration } from './start/demonstration.ts';
import { startProgram } from './start/program.ts';
import { isReady } from './start/readiness.ts';
import { supervise } from './start/supervision.ts';
import { welcomeText } from './start/welcome.ts';

const everywhere = ['0.0.0.0', '::'];

/** Runs the whole system on embedded defaults until Ctrl-C; `--demo` adds simulated guests and devices, and what goes wrong. */
async function start(config: Config, shown: Demonstration | undefined): Promise<void> {
  const { port, host } = config.http;
  const supervision = supervise();
  const environment = { ...process.env, ...shown?.settings };
  supervision.add(startProgram('the appliance', [inCheckout('appliance/src/main.ts')], environment));

  const nearby = everywhere.includes(host) ? '127.0.0.1' : host;
  if (await isReady(`http://${nearby}:${port}/readyz`, supervision.over)) {
    console.log(welcome(config));
    if (shown !== undefined) {
      const simulation = [inCheckout('scripts/dugout.mjs'), ...shown.simulation];
      supervision.add(startProgram('the simulation', simulation, environment));
    }
  }
  const reason = await supervision.over;
  await supervision.stop();
  if (reason !== undefined) throw new Error(reason);
}

function welcome({ http, mqtt, profile, dataDirectory }: Config): string {
  const keptPassword = join(dataDirectory, 'keys', 'bootstrap-password');
  return welcomeText({
    port: http.port,
    mqttPort: mqtt.port,
    broker: outsideBroker({ mqtt }),
    profile,
    dataDirectory,
    lan: everywhere.includes(http.host) ? lanAddresses() : [http.host].filter((host) => !isLoopback(host)),
    password: existsSync(keptPassword) ? readFileSync(keptPassword, 'utf8').trim() : undefined,
  });
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.');

try {
  const { demo } = parseArgs({ options: { demo: { type: 'boolean', default: false } } }).values;
  const config = loadConfig();
  if (config.http.port === 0)
    throw new Error('npm start tells you where to go, so DUGOUT_HTTP_PORT must not be 0');
  await start(config, demo ? await demonstration(process.env, config.dataDirectory) : undefined);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof BadConfiguration ? 78 : 1;
}
