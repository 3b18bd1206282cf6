import { Command, InvalidArgumentError } from 'commander';
import { readSettings } from '../../../appliance/src/settings.ts';
import { gaveUp } from '../replication/gave-up.ts';

interface Options {
  site?: string;
  replica?: true;
  json?: true;
}

export default new Command('migrate-cloud')
  .description('brings the cloud’s database up to this release; takes nothing away, and may be repeated')
  .option('--site <id>', 'also make a login for this site, and print its address: once', siteId)
  .option('--replica', 'also make a login for the replica, and print its address: once')
  .option('--json', 'print one JSON object')
  .addHelpText('after', '\nDUGOUT_CLOUD_DATABASE_URL is the address of the owner of the database.')
  .action(async ({ site, replica, json }: Options, command: Command) => {
    try {
      const ownerUrl = readSettings(process.env).DUGOUT_CLOUD_DATABASE_URL;
      if (ownerUrl === undefined) {
        throw new Error(
          'DUGOUT_CLOUD_DATABASE_URL is not set: it must be the address of the database’s owner',
        );
      }
      const told = await migrate(ownerUrl, site, replica);
      console.log(json ? JSON.stringify(told) : described(told));
    } catch (error) {
      gaveUp(command, error, { json, exitCode: 1 });
    }
  });

function siteId(text: string): string {
  if (!/^[a-z0-9][a-z0-9-]{0,40}$/u.test(text)) {
    throw new InvalidArgumentError('A site has a slug: lower-case letters, digits and dashes, at most 41.');
  }
  return text;
}

async function migrate(ownerUrl: string, site?: string, replica?: true) {
  // A driver of Postgres is not what other verbs should wait for.
  const { migrateCloud, admitReplica, admitSite } = await import(
    '../../../cloud-sync/src/schema/migrate-cloud.ts'
  );
  const { applied, roles } = await migrateCloud(ownerUrl);
  return {
    applied,
    roles,
    ...(site === undefined ? {} : { site_url: (await admitSite(ownerUrl, site)).url }),
    ...(replica === undefined ? {} : { replica_url: (await admitReplica(ownerUrl)).url }),
  };
}

function described({ applied, roles, site_url, replica_url }: Awaited<ReturnType<typeof migrate>>): string {
  return [
    ...(applied.length === 0 ? ['up to date'] : applied.map((what) => `made: ${what}`)),
    ...(roles
      ? []
      : ['no roles: this owner may not create them, so it is the only one who can use the database']),
    ...(site_url === undefined ? [] : [`address for the site’s daemon, not shown again: ${site_url}`]),
    ...(replica_url === undefined ? [] : [`address for the replica, not shown again: ${replica_url}`]),
  ].join('\n');
}
