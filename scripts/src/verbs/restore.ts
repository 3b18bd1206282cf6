import { Command } from 'commander';
import type { SiteHere } from '../../../cloud-sync/src/compose-site.ts';
import { gaveUp } from '../replication/gave-up.ts';

interface Options {
  fromCloud?: true;
  rehearse?: true;
  yes?: true;
  json?: true;
}

export default new Command('restore')
  .description('rebuilds a venue that has lost its data')
  .option('--from-cloud', 'from the replica')
  .option(
    '--rehearse',
    'do it in a scratch directory, hold it against the replica, and throw it away; nobody is fenced',
  )
  .option('--yes', 'also when the old appliance still speaks: from now on it is fenced')
  .option('--json', 'print what was done as one JSON object')
  .action(async (options: Options, command: Command) => {
    if (options.fromCloud !== true) command.error('error: say --from-cloud', { exitCode: 2 });
    try {
      const { atSite } = await import('../replication/site-here.ts');
      await atSite(async (here) => {
        if (!here.cloud.configured) throw new Error('DUGOUT_CLOUD_DATABASE_URL is not set');
        await (options.rehearse ? rehearse(here, options) : restore(here, options));
      });
    } catch (error) {
      gaveUp(command, error, { json: options.json, exitCode: 1 });
    }
  });

async function restore(here: SiteHere, { yes, json }: Options): Promise<void> {
  const { readSettings, secretKeyOf } = await import('../../../appliance/src/settings.ts');
  const { stillSpeaks } = await import('../../../cloud-sync/src/restore/still-speaks.ts');
  const { restoreHere } = await import('../replication/restore-here.ts');
  const settings = readSettings(process.env);
  // Outside of labs the venue does not start without its key: better to be told before anybody is fenced.
  if (here.config.profile !== 'labs') secretKeyOf(settings, here.dataDirectory);
  if (yes !== true && (await stillSpeaks(here)))
    throw new Error(
      `the appliance of site ${here.site} still speaks to the replica, and would be fenced from now on: ` +
        'stop it, or say --yes',
    );
  const done = await restoreHere(here, (step) => {
    if (json !== true) console.error(`… ${step}`);
  });
  console.log(json ? JSON.stringify(done.json) : done.text);
}

async function rehearse(here: SiteHere, { json }: Options): Promise<void> {
  const { rehearseRestore } = await import('../../../cloud-sync/src/restore/rehearse.ts');
  const { rows, tables, seq, whole, brokenReferences, pictures } = await rehearseRestore({
    site: here.site,
    dataDirectory: here.dataDirectory,
    cloud: here.cloud,
    migrations: here.migrations,
    clock: here.clock,
  });
  console.log(
    json
      ? JSON.stringify({ rows, tables, seq, whole, broken_references: brokenReferences, pictures })
      : `The venue could be rebuilt: ${rows} rows of ${tables} tables at change ${seq}, equal to the replica row by row; ` +
          `${pictures.named - pictures.missing} of ${pictures.named} pictures are there.`,
  );
}
