import type { SiteHere } from '../../../cloud-sync/src/compose-site.ts';
import {
  type Restored,
  type RestoreStep,
  restoreFromCloud,
} from '../../../cloud-sync/src/restore/restore.ts';

/** Rebuilds the data directory of this machine; what was done, for people and for programs. */
export async function restoreHere(
  here: SiteHere,
  onStep: (step: RestoreStep) => void,
): Promise<{ json: object; text: string }> {
  const restored = await restoreFromCloud({
    site: here.site,
    dataDirectory: here.dataDirectory,
    cloud: here.cloud,
    mediaUrl: here.config.mediaUrl,
    migrations: here.migrations,
    clock: here.clock,
    onStep,
  });
  return { json: asJson(restored), text: asText(restored) };
}

const asJson = (restored: Restored) => ({
  epoch: restored.epoch,
  seq: restored.seq,
  data_as_of: momentOf(restored),
  rows: restored.rows,
  tables: restored.tables,
  whole: restored.whole,
  announced_changes: restored.announced,
  broken_references: restored.brokenReferences,
  quarantined: restored.quarantined,
  pictures: restored.pictures,
  not_in_the_replica: notInTheReplica,
});

const momentOf = ({ commitAt }: Restored): string | null =>
  commitAt === null ? null : new Date(commitAt).toISOString();

/** What a rebuilt venue does without, in words for whoever rebuilt it. */
export const notInTheReplica = [
  'sign-ins: everybody signs in again; passwords are as they were',
  'the secret key, unless it was given: links and tokens that were signed with another one no longer count',
  'remembered answers to requests: one that was sent just before and is sent again is done again',
  'raw sensor recordings (streams.db): sessions say that nothing of them is kept, results stay; a game that waited for its analysis ends as failed, among the failed jobs',
  'settings of this machine: network, time zone, carriers, certificates',
  'what the old appliance had not shipped when it died',
];

function asText(restored: Restored): string {
  const { epoch, seq, rows, tables, whole, announced, brokenReferences, quarantined, pictures } = restored;
  const broken = Object.entries(brokenReferences).map(([table, count]) => `${count} in ${table}`);
  return [
    `Restored: ${rows} rows of ${tables} tables, equal to the replica row by row, and ${pictures.there} pictures.`,
    `This is life ${epoch} of the site, from change ${seq} on, as of ${momentOf(restored) ?? 'a moment that the replica does not tell'}.`,
    ...(whole
      ? []
      : [
          'The old appliance died in the middle of shipping: some of what belongs together is only partly there.',
        ]),
    ...(broken.length > 0 ? [`Rows whose reference leads nowhere: ${broken.join(', ')}.`] : []),
    ...(quarantined > 0
      ? [
          `${quarantined} rows could not be held by the replica: what they were last is in sync.quarantine, and not here.`,
        ]
      : []),
    ...(announced > 0 ? [`${announced} changes were announced by the old appliance and never came.`] : []),
    ...(pictures.missing > 0 ? [`${pictures.missing} pictures never arrived in the cloud.`] : []),
    'Not in the replica, and so not here:',
    ...notInTheReplica.map((line) => `  - ${line}`),
    'Start the appliance and the daemon now.',
  ].join('\n');
}
