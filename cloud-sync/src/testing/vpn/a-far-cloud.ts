import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect, type PostgresConnection, type Value } from '../../postgres/connection.ts';
import { admitSite, migrateCloud } from '../../schema/migrate-cloud.ts';
import { killed, type Network } from './network.ts';

const holder = join(import.meta.dirname, '../postgres-holder.ts');

/**
 * A Postgres in a network of its own, its schema made. Others reach it by the addresses of `from`; this process, which
 * is in no network with it, by its socket in the file system. The directory has to be one that everybody may enter.
 */
export async function aFarCloud(network: Network, directory: string, from: string) {
  const sockets = join(directory, 'sockets');
  mkdirSync(sockets);
  chmodSync(sockets, 0o777);
  const access = join(directory, 'pg_hba.conf');
  const who = ['local all all', 'host all all 127.0.0.1/32', `host all all ${from}`];
  writeFileSync(access, who.map((line) => `${line} scram-sha-256\n`).join(''), { mode: 0o644 });
  const parameters = {
    listen_addresses: '*',
    unix_socket_directories: sockets,
    hba_file: access,
    fsync: 'off',
  };
  const settings = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  const home = join(directory, 'postgres');
  const child = network.start(process.execPath, [holder, home, ...settings], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error('it has no standard output');
  let told: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    told = line;
    break;
  }
  if (told === undefined) throw new Error('Postgres did not start in its network');
  const { port } = new URL(told);
  const ownerUrl = `${told}?host=${encodeURIComponent(sockets)}`;
  await migrateCloud(ownerUrl);
  let owner: PostgresConnection | undefined;

  return {
    port: Number(port),
    /** For a daemon that reaches this cloud at `host`. */
    async siteUrl(site: string, host: string): Promise<string> {
      const url = new URL((await admitSite(ownerUrl, site)).url);
      url.search = '';
      url.host = `${host}:${port}`;
      return url.href;
    },
    /** As the owner. */
    async sql<Row = Record<string, unknown>>(text: string, values: readonly Value[] = []): Promise<Row[]> {
      owner ??= await connect(ownerUrl, { name: 'test' });
      return (await owner.query<Row>(text, values)).rows;
    },
    /** Postgres stops by itself when its holder is gone. */
    async stop() {
      await owner?.close();
      await killed(child);
      while (existsSync(join(home, 'cluster/postmaster.pid')))
        await new Promise((resolve) => setTimeout(resolve, 50));
    },
  };
}
export type FarCloud = Awaited<ReturnType<typeof aFarCloud>>;
