import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createCapture } from '@dugout/appliance/platform/change-log/capture.ts';
import type { Clock } from '@dugout/appliance/platform/clock.ts';
import { openDatabase } from '@dugout/appliance/platform/database/database.ts';
import type { Migration } from '@dugout/appliance/platform/database/migrations.ts';
import { allTables } from '@dugout/appliance/tables';
import { createAuditRecords } from '../ranges/audit-records.ts';
import { countPictures, type PicturesThere } from '../ranges/named-pictures-there.ts';
import { askOver, createReplicaSide } from '../ranges/replica-side.ts';
import { openBookkeeping } from '../shipping/bookkeeping.ts';
import type { CloudAccess } from '../shipping/cloud-access.ts';
import { type Rebuilt, rebuildDatabase } from './rebuild-database.ts';
import { checkRestorable, isWhole, RestoreRefused, stepsUpTo } from './restore.ts';

export interface RehearsalParts {
  readonly site: string;
  /** Where the scratch directory is made, and where the result is written down. */
  readonly dataDirectory: string;
  readonly cloud: Pick<CloudAccess, 'connect'>;
  readonly migrations: readonly Migration[];
  readonly clock: Clock;
}

export interface Rehearsed extends Rebuilt {
  readonly seq: number;
  readonly whole: boolean;
  readonly pictures: PicturesThere;
}

/**
 * Does all of a restore that fences nobody: rebuilds the database beside the venue's own, holds it against the replica
 * row by row, opens it as this release's appliance would, and throws it away. Writes down how it went, also when it
 * throws.
 */
export async function rehearseRestore(parts: RehearsalParts): Promise<Rehearsed> {
  const began = parts.clock.now();
  try {
    const rehearsed = await rehearse(parts);
    record(parts, began, true, `${rehearsed.rows} rows`);
    return rehearsed;
  } catch (error) {
    record(parts, began, false, error instanceof Error ? error.message : String(error));
    throw error;
  }
}

async function rehearse({
  site,
  dataDirectory,
  cloud,
  migrations,
  clock,
}: RehearsalParts): Promise<Rehearsed> {
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const scratch = mkdtempSync(join(dataDirectory, 'rehearsal-'));
  const connection = await cloud.connect(`dugout rehearsal ${site}`).catch((error: unknown) => {
    rmSync(scratch, { recursive: true, force: true });
    throw error;
  });
  try {
    const ask = askOver(connection);
    const replica = createReplicaSide(ask, site);
    await checkRestorable({ site, migrations }, replica);
    const standing = await replica.begin();
    if (standing === null) throw new RestoreRefused(`the replica has nothing of site ${site}`);
    const life = { epoch: standing.epoch + 1, applianceId: 'rehearsal' };
    const rebuilt = await rebuildDatabase({
      directory: scratch,
      replica,
      standing,
      migrations: stepsUpTo(migrations, standing.schemaVersion),
      life,
      clock,
    });
    const pictures = await countPictures(ask, site, allTables);
    await replica.commit();
    openAsTheAppliance(scratch, migrations, clock);
    return { ...rebuilt, seq: standing.seq, whole: isWhole(standing), pictures };
  } finally {
    await connection.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Takes the steps of the schema that are left, and refuses what an appliance would refuse. */
function openAsTheAppliance(directory: string, migrations: readonly Migration[], clock: Clock): void {
  const capture = createCapture({ tables: allTables, applianceId: 'rehearsal', clock });
  openDatabase({ directory, migrations, clock, capture }).close();
}

function record({ dataDirectory, clock }: RehearsalParts, at: number, ok: boolean, detail: string): void {
  const bookkeeping = openBookkeeping(dataDirectory, clock);
  try {
    createAuditRecords(bookkeeping.connection).rehearsed({ at, ok, detail });
  } finally {
    bookkeeping.close();
  }
}
