import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../src/free-port.ts';
import type { Levers } from '../../src/platform/mqtt/levers.ts';
import { configureMosquitto, findMosquitto } from '../baselines/mosquitto.ts';
import { type RunningProgram, startProgram } from '../measuring/program.ts';
import { brokersCore, onCore } from './cores.ts';
import type { Target } from './load/work.ts';

export interface BrokerProcess extends RunningProgram, Target {}

/** The brokers that are compared, by name; each is started anew by every call. */
export type BrokerKind = 'mosquitto' | 'mosquitto_nodelay' | 'bare_aedes' | keyof typeof steps;

/** Ours, lever by lever. */
const steps = {
  ours_no_levers: { cork: false, fanOut: false, fastParse: false },
  ours_cork: { cork: true, fanOut: false, fastParse: false },
  ours_fan_out: { cork: true, fanOut: true, fastParse: false },
  ours: { cork: true, fanOut: true, fastParse: true },
} as const satisfies Record<string, Levers>;

export const brokerKinds = (): BrokerKind[] => [
  ...(findMosquitto() === null ? [] : (['mosquitto', 'mosquitto_nodelay'] as const)),
  'bare_aedes',
  ...(Object.keys(steps) as (keyof typeof steps)[]),
];

/** Starts one on the brokers' core and waits until it accepts. */
export async function startBroker(kind: BrokerKind, directory: string): Promise<BrokerProcess> {
  const ports = { port: await freePort(), webSocketPort: await freePort() };
  const command = onCore(brokersCore, commandOf(kind, directory, ports));
  const running = await startProgram({ name: kind, command }, async () => {
    return (await accepts(ports.port)) && (await accepts(ports.webSocketPort));
  });
  return { ...running, ...ports };
}

type Command = readonly [file: string, ...args: string[]];

function commandOf(
  kind: BrokerKind,
  directory: string,
  ports: { readonly port: number; readonly webSocketPort: number },
): Command {
  const arguments_ = [String(ports.port), String(ports.webSocketPort)];
  switch (kind) {
    case 'mosquitto':
    case 'mosquitto_nodelay': {
      const { file } = findMosquitto() ?? { file: 'mosquitto' };
      return [file, '-c', configureMosquitto(directory, kind, ports, kind === 'mosquitto_nodelay')];
    }
    case 'bare_aedes':
      return [process.execPath, join(import.meta.dirname, '..', 'baselines', 'bare-aedes.ts'), ...arguments_];
    default: {
      const levers = JSON.stringify(steps[kind]);
      return [process.execPath, join(import.meta.dirname, 'our-broker.ts'), ...arguments_, levers];
    }
  }
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
