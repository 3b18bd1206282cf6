import { existsSync } from 'node:fs';
import { runningEmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts';

/**
 * Where labs keep the Postgres that stands for the cloud: beside the data directory and not in it, because a venue is
 * rebuilt from it when that is gone.
 */
export const labsCloudDirectory = (dataDirectory: string): string => `${dataDirectory}-cloud`;

/**
 * Runs `work` with the owner's address of labs' own cloud: the one that runs already, or one that is started for it
 * and stopped after it. Undefined when these labs never had one.
 */
export async function withLabsCloud<Result>(
  dataDirectory: string,
  work: (ownerUrl: string | undefined) => Promise<Result>,
): Promise<Result> {
  const directory = labsCloudDirectory(dataDirectory);
  if (!existsSync(directory)) return work(undefined);
  const running = await runningEmbeddedPostgres(directory);
  if (running !== null) return work(running);
  const server = await startEmbeddedPostgres({ directory });
  try {
    return await work(server.url);
  } finally {
    await server.stop();
  }
}
