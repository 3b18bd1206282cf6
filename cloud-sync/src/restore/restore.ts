import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { applianceIdIn } from '@dugout/appliance/platform/change-log/appliance-id.ts';
import type { Clock } from '@dugout/appliance/platform/clock.ts';
import type { Migration } from '@dugout/appliance/platform/database/migrations.ts';
import {
  askOver,
  createReplicaSide,
  type ReplicaSide,
  type ReplicaStanding,
} from '../ranges/replica-side.ts';
import { openBookkeeping } from '../shipping/bookkeeping.ts';
import { bookkeepingFile } from '../shipping/bookkeeping-tables.ts';
import type { CloudAccess } from '../shipping/cloud-access.ts';
import { type FetchedPictures, fetchPictures } from './fetch-pictures.ts';
import { holdDirectory } from './hold-directory.ts';
import { type Rebuilt, rebuildDatabase } from './rebuild-database.ts';
import { beginLife, countQuarantined } from './site-life-store.ts';
import { syncToDisk } from './sync-to-disk.ts';

export interface RestoreParts {
  readonly site: string;
  readonly dataDirectory: string;
  readonly cloud: Pick<CloudAccess, 'connect'>;
  readonly mediaUrl: string | undefined;
  /** All of this release. */
  readonly migrations: readonly Migration[];
  readonly clock: Clock;
  /** Hears of each step before it is taken. */
  onStep(step: RestoreStep): void | Promise<void>;
}

export type RestoreStep = 'new life' | 'rows' | 'pictures' | 'bookkeeping in place' | 'database in place';

export interface Restored extends Rebuilt {
  readonly epoch: number;
  readonly seq: number;
  /** Venue time of the newest transaction that is there, epoch milliseconds; null when the replica does not tell. */
  readonly commitAt: number | null;
  /** The replica had everything of its last change: it was not in the middle of a catch-up or a first copy. */
  readonly whole: boolean;
  /** Changes that the old appliance had announced and never sent. */
  readonly announced: number;
  /** Rows that the replica could not hold: their last state is in its quarantine alone, and not restored. */
  readonly quarantined: number;
  readonly pictures: FetchedPictures;
}

/** Cannot be restored; the sentence says why and what to do. Nothing was changed at the venue. */
export class RestoreRefused extends Error {
  override readonly name = 'RestoreRefused';
}

/** Within the data directory, so that what is built is renamed and not copied. */
const workshopName = 'restore.partial';

/**
 * Rebuilds a data directory from the replica: the cloud begins a new life of the site first, so that nobody else moves
 * it; rows, pictures and identity follow; `dugout.db` gets its name last. Broken off anywhere, it is done again from
 * the beginning; pictures that are there are not fetched twice.
 */
export async function restoreFromCloud(parts: RestoreParts): Promise<Restored> {
  const { site, dataDirectory, cloud, clock, onStep } = parts;
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const release = holdDirectory(dataDirectory);
  try {
    if (existsSync(join(dataDirectory, 'dugout.db')))
      throw new RestoreRefused(
        `${dataDirectory} holds a database. Move it away, or choose another data directory, and restore again`,
      );
    const workshop = anEmptyWorkshop(join(dataDirectory, workshopName));
    rmSync(join(dataDirectory, 'keys', 'appliance-id'), { force: true });
    const applianceId = applianceIdIn(dataDirectory);

    const connection = await cloud.connect(`dugout restore ${site}`);
    try {
      const ask = askOver(connection);
      await checkRestorable(parts, createReplicaSide(ask, site));
      await onStep('new life');
      const epoch = await beginLife(ask, site, {
        after: 0,
        applianceId,
        detail: 'a new appliance is being built',
      });
      if (epoch === null) throw new RestoreRefused(`the replica has nothing of site ${site}`);

      await onStep('rows');
      const replica = createReplicaSide(ask, site);
      const standing = await mustBegin(replica, site);
      if (standing.epoch !== epoch)
        throw new RestoreRefused('another appliance is being built for this site');
      const rebuilt = await rebuildDatabase({
        directory: workshop,
        replica,
        standing,
        migrations: stepsUpTo(parts.migrations, standing.schemaVersion),
        life: { epoch, applianceId },
        clock,
      });
      const quarantined = await countQuarantined(ask, site);
      await replica.commit();
      const bookkeeping = openBookkeeping(workshop, clock);
      bookkeeping.sending(standing, epoch);
      bookkeeping.acknowledged(standing, epoch);
      bookkeeping.close();

      await onStep('pictures');
      const pictures = await fetchPictures({ ...parts, ask, databaseIn: workshop, mediaIn: dataDirectory });

      await putInPlace(parts, workshop);
      return {
        ...rebuilt,
        epoch,
        seq: standing.seq,
        commitAt: standing.commitAt,
        whole: isWhole(standing),
        announced: standing.pending,
        quarantined,
        pictures,
      };
    } finally {
      await connection.close();
    }
  } finally {
    release();
  }
}

function anEmptyWorkshop(directory: string): string {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}

export const isWhole = ({ cursor, consistentSeq, seq }: ReplicaStanding): boolean =>
  cursor === null && consistentSeq === seq;

async function mustBegin(replica: ReplicaSide, site: string): Promise<ReplicaStanding> {
  const standing = await replica.begin();
  if (standing === null) throw new RestoreRefused(`the replica has nothing of site ${site}`);
  return standing;
}

/** Looked at before anybody is fenced. */
export async function checkRestorable(
  { site, migrations }: Pick<RestoreParts, 'site' | 'migrations'>,
  replica: ReplicaSide,
): Promise<ReplicaStanding> {
  const standing = await mustBegin(replica, site);
  await replica.rollback();
  if (standing.seq === 0) throw new RestoreRefused(`site ${site} has never shipped anything to this replica`);
  stepsUpTo(migrations, standing.schemaVersion);
  return standing;
}

/**
 * The steps of the schema that the replica's rows were written under. Later ones are taken by the appliance at its
 * start, which logs what they change.
 */
export function stepsUpTo(migrations: readonly Migration[], version: string | null): readonly Migration[] {
  const last = migrations.findIndex(({ name }) => name === version);
  if (last >= 0) return migrations.slice(0, last + 1);
  throw new RestoreRefused(
    `the replica was written by a newer release (${version ?? 'unknown'}); install that release or newer`,
  );
}

async function putInPlace({ dataDirectory, onStep }: RestoreParts, workshop: string): Promise<void> {
  // Leftovers of a life before would be taken for a part of this one.
  for (const name of ['dugout.db', bookkeepingFile])
    for (const suffix of ['-wal', '-shm']) rmSync(join(dataDirectory, `${name}${suffix}`), { force: true });
  await onStep('bookkeeping in place');
  await rename(join(workshop, bookkeepingFile), join(dataDirectory, bookkeepingFile));
  syncToDisk(dataDirectory);
  await onStep('database in place');
  await rename(join(workshop, 'dugout.db'), join(dataDirectory, 'dugout.db'));
  syncToDisk(dataDirectory);
  rmSync(workshop, { recursive: true, force: true });
}
