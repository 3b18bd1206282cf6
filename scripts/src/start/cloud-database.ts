import { startEmbeddedPostgres } from '../../../cloud-sync/src/postgres/embedded.ts';
import { labsCloudDirectory } from '../../../cloud-sync/src/postgres/labs-cloud.ts';

// The Postgres that stands for the cloud where everything is embedded, as a program of its own: it is to be the last
// that stops. Tells its starter the owner's address.

const [dataDirectory] = process.argv.slice(2);
if (dataDirectory === undefined) throw new Error('cloud-database.ts <data directory>');

const asked = Promise.withResolvers<undefined>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => asked.resolve(undefined));

try {
  const server = await startEmbeddedPostgres({ directory: labsCloudDirectory(dataDirectory) });
  process.send?.({ url: server.url });
  const reason = await Promise.race([asked.promise, server.ended]);
  await server.stop();
  if (reason !== undefined) throw new Error(`Postgres: ${reason}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
process.disconnect?.();
