import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../src/free-port.ts';
import { password } from '../api/lifecycle.ts';
import { startServer } from '../api/server-process.ts';
import { inRounds } from '../measuring/rounds.ts';
import { type Answered, startLightLoad } from './beside-api/light-load.ts';
import { brokersCore, onCore } from './cores.ts';
import type { Work, Worked } from './load/work.ts';
import type { Pace } from './measure-work.ts';

/** The stream alone, the API alone, and both. */
export const companies = ['stream', 'api', 'both'] as const;
export type Company = (typeof companies)[number];

export interface CompanyRun {
  readonly company: Company;
  readonly stream: Worked | null;
  readonly api: Answered | null;
}

/** Too few requests make no percentile. */
const leastSeconds = 5;

/** The stream of gloves through the appliance's own process, while the API is asked at mixed, light rates. */
export async function measureBesideApi(
  work: Work,
  directory: string,
  { clients, rounds, seconds }: Pace,
): Promise<CompanyRun[]> {
  const [port, httpPort] = [await freePort(), await freePort()];
  const program = join(import.meta.dirname, 'beside-api', 'appliance.ts');
  const environment = {
    DUGOUT_PROFILE: 'labs',
    DUGOUT_DATA_DIR: join(directory, 'beside-api'),
    DUGOUT_HTTP_HOST: '127.0.0.1',
    DUGOUT_HTTP_PORT: String(httpPort),
    DUGOUT_MQTT_PORT: '0',
    DUGOUT_BOOTSTRAP_PASSWORD: password,
  };
  const command = onCore(brokersCore, [process.execPath, program, String(port)]);
  const appliance = await startServer({ name: 'appliance', command, environment }, httpPort, '/readyz');
  const broker = { port, webSocketPort: httpPort, pid: appliance.pid };
  const forSeconds = Math.max(seconds, leastSeconds);

  const measure = async (company: Company): Promise<CompanyRun> => {
    const stopApi = company === 'stream' ? undefined : startLightLoad(appliance.url);
    const stream = company === 'api' ? null : await clients.work({ work, broker, seconds: forSeconds });
    if (company === 'api') await delay(forSeconds * 1_000);
    return { company, stream, api: (await stopApi?.()) ?? null };
  };
  try {
    await measure('both');
    return (await inRounds(companies, rounds, measure)).flat();
  } finally {
    await appliance.stop();
  }
}
