import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningProgram, startProgram } from '@dugout/appliance/bench/measuring/program.ts';
import { freePort } from '@dugout/appliance/free-port';
import { readStatus } from '../../src/shipping/status.ts';
import type { Commit, Work } from './venue-process.ts';

const root = join(import.meta.dirname, '../../..');
export const benchPassword = 'dugout-labs';
export const siteName = 'north';

interface Place {
  readonly directory: string;
  /** Of the appliance; 9, where nobody answers, when there is none. */
  readonly httpPort?: number;
}

const environmentOf = ({ directory, httpPort = 9 }: Place) => ({
  DUGOUT_DATA_DIR: directory,
  DUGOUT_SITE_ID: siteName,
  DUGOUT_HTTP_HOST: '127.0.0.1',
  DUGOUT_HTTP_PORT: String(httpPort),
  DUGOUT_MQTT_PORT: '0',
  DUGOUT_BOOTSTRAP_PASSWORD: benchPassword,
  DUGOUT_SECRET_KEY: 'a secret of the benchmark',
  DUGOUT_LOG_LEVEL: 'warn',
});

/** The daemon as it runs at a venue. It has started when `isReady`, or when it holds its bookkeeping. */
export const startDaemon = (
  place: Place & { readonly cloudUrl: string },
  isReady: () => Promise<boolean> = async () => true,
): Promise<RunningProgram> =>
  startProgram(
    {
      name: 'daemon',
      command: [process.execPath, join(root, 'cloud-sync/src/daemon.ts')],
      environment: {
        ...environmentOf(place),
        DUGOUT_PROFILE: 'venue',
        DUGOUT_CLOUD_DATABASE_URL: place.cloudUrl,
      },
    },
    isReady,
  );

/** Whether the daemon of this venue says that the cloud has everything. */
export const isLive = async (directory: string): Promise<boolean> => readStatus(directory).state === 'live';

export interface Server extends RunningProgram {
  readonly url: string;
  readonly port: number;
}

async function startServer(name: string, program: string, environment: Record<string, string>, port: number) {
  const url = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(`${url}/readyz`).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status < 500;
      },
      () => false,
    );
  const running = await startProgram(
    { name, command: [process.execPath, join(root, program)], environment },
    answers,
  );
  return { ...running, url, port };
}

/** The appliance as it runs at a venue. */
export async function startAppliance(directory: string): Promise<Server> {
  const port = await freePort();
  const environment = { ...environmentOf({ directory, httpPort: port }), DUGOUT_PROFILE: 'labs' };
  return startServer('appliance', 'appliance/src/main.ts', environment, port);
}

/** The replica as it runs in the cloud. */
export async function startReplica(directory: string, cloudUrl: string): Promise<Server> {
  const port = await freePort();
  const environment = {
    ...environmentOf({ directory }),
    DUGOUT_PROFILE: 'cloud',
    DUGOUT_REPLICA_PORT: String(port),
    DUGOUT_CLOUD_DATABASE_URL: cloudUrl,
  };
  return startServer('replica', 'cloud-sync/src/replica.ts', environment, port);
}

/** A venue's database and who writes it, in a process of its own: a commit stands still until it is on disk. */
export async function startVenue(directory: string) {
  mkdirSync(directory, { recursive: true });
  const child = fork(join(import.meta.dirname, 'venue-process.ts'), [directory]);
  await once(child, 'message');
  return {
    async do(work: Work): Promise<{ head: number; commits: readonly Commit[] }> {
      child.send(work);
      const [answer] = await once(child, 'message');
      if ('failed' in answer) throw new Error(answer.failed);
      return answer;
    },
    async stop(): Promise<void> {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
}
