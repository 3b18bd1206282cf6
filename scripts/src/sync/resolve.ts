import { Command } from 'commander';
import type { SiteHere } from '../../../cloud-sync/src/compose-site.ts';
import type { Conflict } from '../../../cloud-sync/src/restore/resolve.ts';
import { gaveUp } from '../replication/gave-up.ts';

interface Options {
  venueWins?: true;
  cloudWins?: true;
  restore: boolean;
  yes?: true;
  json?: true;
}

export default new Command('resolve')
  .description('chooses between two histories of a fenced site; appliance and daemon must be stopped')
  .option('--venue-wins', 'this venue goes on, and the replica is made its image')
  .option('--cloud-wins', 'the replica goes on, and this venue is rebuilt from it')
  .option(
    '--no-restore',
    'with --cloud-wins: keep the rows, set the database aside, and leave it at that: for a NUC that was replaced',
  )
  .option('--yes', 'do it; without, it only says what would be done')
  .option('--json', 'print what was found or done as one JSON object')
  .action(async (options: Options, command: Command) => {
    if (options.venueWins === options.cloudWins)
      command.error('error: choose one of --venue-wins and --cloud-wins', { exitCode: 2 });
    try {
      const answer = await (options.yes === undefined ? consider(options) : choose(options));
      console.log(options.json ? JSON.stringify(answer.json) : answer.text);
      process.exitCode = options.yes === undefined ? 2 : 0;
    } catch (error) {
      gaveUp(command, error, { json: options.json, exitCode: 2 });
    }
  });

interface Answer {
  readonly json: object;
  readonly text: string;
}

async function consider({ venueWins: forVenue, restore }: Options): Promise<Answer> {
  const { atSite } = await import('../replication/site-here.ts');
  const { weighUp } = await import('../../../cloud-sync/src/restore/resolve.ts');
  const conflict = await atSite(weighUp);
  const { reason, venue, replica, differing, onlyVenue, onlyReplica } = conflict;
  const facts = [
    `${reason}.`,
    `The venue is in life ${venue.epoch} at change ${venue.seq}; the replica in life ${replica.epoch} at change ${replica.seq}${asOf(conflict)}.`,
    `${differing} rows differ, ${onlyVenue} are at the venue alone, ${onlyReplica} in the replica alone.`,
  ];
  const plan = forVenue
    ? [
        'With --venue-wins --yes:',
        `  - the cloud begins a new life of this site; any other appliance is fenced`,
        `  - ${differing + onlyVenue + onlyReplica} rows of the replica become the venue’s; what they were is kept in sync.orphan`,
        `  - ${onlyReplica} rows are deleted from the replica, kept there likewise`,
        '  - commands whose results were among them are marked for review',
      ]
    : [
        'With --cloud-wins --yes:',
        `  - ${differing + onlyVenue} rows as the venue has them are kept in sync.orphan`,
        '  - this venue’s database is set aside in a directory beside it',
        restore
          ? '  - the venue is rebuilt from the replica, in a new life; any other appliance is fenced'
          : '  - nothing else: this NUC is out of service then',
      ];
  return { json: asJson(conflict), text: [...facts, ...plan, 'Nothing has been done.'].join('\n') };
}

const asOf = ({ replica }: Conflict): string =>
  replica.commitAt === null ? '' : `, as of ${new Date(replica.commitAt).toISOString()}`;

const asJson = ({ reason, venue, replica, differing, onlyVenue, onlyReplica }: Conflict) => ({
  done: false,
  reason,
  venue,
  replica: { epoch: replica.epoch, seq: replica.seq },
  differing,
  only_venue: onlyVenue,
  only_replica: onlyReplica,
});

async function choose(options: Options): Promise<Answer> {
  const { atSite } = await import('../replication/site-here.ts');
  return atSite((here) => chooseAt(here, options));
}

async function chooseAt(here: SiteHere, { venueWins: forVenue, restore }: Options): Promise<Answer> {
  const { restoreHere } = await import('../replication/restore-here.ts');
  const { setVenueAside, venueWins } = await import('../../../cloud-sync/src/restore/resolve.ts');
  if (forVenue) {
    const { epoch, repaired, quarantined } = await venueWins(here);
    return {
      json: { done: true, epoch, repaired, quarantined },
      text: `The venue goes on in life ${epoch}. ${repaired} rows of the replica were made right. Start appliance and daemon.`,
    };
  }
  const { kept, setAside } = await setVenueAside(here);
  if (!restore)
    return {
      json: { done: true, kept, set_aside: setAside },
      text: `${kept} rows of the venue are kept in sync.orphan; its database is in ${setAside}.`,
    };
  const restored = await restoreHere(here, () => {});
  return {
    json: { done: true, kept, set_aside: setAside, ...restored.json },
    text: `${kept} rows of the venue are kept in sync.orphan; its database is in ${setAside}.\n${restored.text}`,
  };
}
