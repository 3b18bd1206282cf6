import { z } from 'zod';
import type { Settings } from '../../../appliance/src/settings.ts';
import { inCheckout } from '../checkout.ts';
import { type Program, startProgram } from './program.ts';
import type { Supervision } from './supervision.ts';

export type Profile = Settings['DUGOUT_PROFILE'];
export type PartName = 'cloud database' | 'appliance' | 'daemon' | 'replica';

const embedded: readonly PartName[] = ['cloud database', 'appliance', 'daemon', 'replica'];

/** What runs on this machine. Only labs stand for both ends. */
export function partsOf(profile: Profile, cloudUrl: string | undefined): readonly PartName[] {
  switch (profile) {
    case 'venue':
      return ['appliance', 'daemon'];
    case 'cloud':
      return ['replica'];
    default:
      return cloudUrl === undefined ? embedded : embedded.filter((part) => part !== 'cloud database');
  }
}

export interface SystemOptions {
  readonly parts: readonly PartName[];
  readonly environment: NodeJS.ProcessEnv;
  readonly dataDirectory: string;
  readonly cloudUrl: string | undefined;
  /** The way on which the daemon reaches the cloud, where that is not the straight one. */
  readonly daemonsWay?: (cloudUrl: string) => string;
}

/** From the first word to the last of Postgres, which writes everything down. */
const databaseGraceMs = 40_000;
const Told = z.object({ url: z.url() });

/**
 * Starts the programs, each under supervision. What stands behind others is added first, and so stops last. Answers
 * the cloud's address; undefined when there is none, or when the supervision is over before it is known.
 */
export async function startSystem(
  supervision: Supervision,
  { parts, environment, dataDirectory, cloudUrl, daemonsWay = (url) => url }: SystemOptions,
): Promise<string | undefined> {
  const run = (part: PartName, file: string, changes: NodeJS.ProcessEnv = {}): void => {
    if (!parts.includes(part)) return;
    const options = { environment: { ...environment, ...changes } };
    supervision.add(startProgram(`the ${part}`, [inCheckout(file)], options));
  };

  const database = parts.includes('cloud database') ? startDatabase(dataDirectory, environment) : undefined;
  if (database !== undefined) supervision.add(database);
  run('appliance', 'appliance/src/main.ts');
  const cloud = database === undefined ? cloudUrl : await addressOf(database, supervision);
  if (database !== undefined && cloud === undefined) return undefined;
  const at = (url: string | undefined) => (url === undefined ? {} : { DUGOUT_CLOUD_DATABASE_URL: url });
  run('daemon', 'cloud-sync/src/daemon.ts', at(cloud === undefined ? undefined : daemonsWay(cloud)));
  run('replica', 'cloud-sync/src/replica.ts', at(cloud));
  return cloud;
}

const startDatabase = (dataDirectory: string, environment: NodeJS.ProcessEnv): Program =>
  startProgram('the cloud database', [inCheckout('scripts/src/start/cloud-database.ts'), dataDirectory], {
    environment,
    graceMs: databaseGraceMs,
  });

async function addressOf(database: Program, supervision: Supervision): Promise<string | undefined> {
  const told = await Promise.race([database.told, supervision.over]);
  return Told.safeParse(told).data?.url;
}
