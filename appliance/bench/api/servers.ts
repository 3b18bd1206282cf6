import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../src/free-port.ts';
import { password } from './lifecycle.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const appliance = join(import.meta.dirname, '..', '..');

/** Runs a program of ours with this Node. */
const node = (program: string, ...args: string[]) =>
  [process.execPath, join(appliance, program), ...args] as const;

async function startAppliance(name: string, program: string, directory: string): Promise<ServerProcess> {
  const port = await freePort();
  const environment = {
    DUGOUT_PROFILE: 'labs',
    DUGOUT_DATA_DIR: directory,
    DUGOUT_HTTP_HOST: '127.0.0.1',
    DUGOUT_HTTP_PORT: String(port),
    DUGOUT_MQTT_PORT: '0',
    DUGOUT_BOOTSTRAP_PASSWORD: password,
  };
  return startServer({ name, command: node(program), environment }, port, '/readyz');
}

/** The appliance as it runs at a venue. */
export const startOurs = (directory: string): Promise<ServerProcess> =>
  startAppliance('ours', 'src/main.ts', directory);

/** The same, each write with a transaction and a sync of its own. */
export const startUngrouped = (directory: string): Promise<ServerProcess> =>
  startAppliance('ungrouped', 'bench/baselines/ungrouped-appliance.ts', directory);

export async function startSketch(directory: string): Promise<ServerProcess> {
  mkdirSync(directory, { recursive: true });
  const port = await freePort();
  const command = node('bench/baselines/koa-sketch.ts', directory, String(port));
  return startServer({ name: 'sketch', command }, port, '/');
}

export async function startConstant(directory: string, answer: string): Promise<ServerProcess> {
  const file = join(directory, 'constant.json');
  writeFileSync(file, answer);
  const port = await freePort();
  const command = node('bench/baselines/koa-constant.ts', file, String(port));
  return startServer({ name: 'constant', command }, port, '/');
}
