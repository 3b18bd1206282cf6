import type { SyncState } from '@dugout/appliance/contract/replication.ts';
import type { PostgresConnection } from '../postgres/connection.ts';
import { asFailure, PostgresFailure } from '../postgres/failure.ts';
import type { Batch, BootstrapCursor, LogPosition } from './batch.ts';
import { sizeOf } from './change-reader.ts';
import { createCopyLane } from './copy-lane.ts';
import type { Failpoints } from './failpoints.ts';
import type { CloudStanding } from './handshake.ts';
import { batchJson, headerJson, keyFromJson } from './json-encoding.ts';
import { type CloudTables, type Parcel, type RowName, rowsOf } from './parcel.ts';

/** What the venue says of itself when it connects. */
export interface Hello {
  readonly name: string;
  readonly profile: string;
  readonly applianceId: string;
  readonly epoch: number;
  readonly schemaVersion: string;
}

export interface Welcome {
  readonly standing: CloudStanding;
  readonly tables: CloudTables;
  /** Rows of this venue that the cloud could not hold. */
  readonly quarantine: readonly RowName[];
}

/** What is said of the site while nothing is shipped. */
export interface Sign {
  readonly epoch: number;
  readonly applianceId: string;
  readonly state: SyncState;
  readonly detail: string | null;
  readonly pending: number;
}

/** Where the cloud stands, in short. */
export interface Pulse extends LogPosition {
  readonly epoch: number;
  /** A copy of everything is under way. */
  readonly copying: boolean;
}

/** `call`: one request, for few rows. `copy`: several, for many. */
export type Lane = 'call' | 'copy';

/**
 * The cloud, for one site, through one connection. Failures are `PostgresFailure`s; after any but one of kind `data`
 * the link is to be dropped.
 */
export interface CloudLink {
  handshake(hello: Hello): Promise<Welcome>;
  /** Answers where the cloud stands; null when it does not take us for the site's appliance. */
  heartbeat(sign: Sign): Promise<Pulse | null>;
  /** Sends a parcel in one transaction. */
  ship(parcel: Parcel): Promise<void>;
  /** Does what `ship` would do, and takes it back: what is wrong with the parcel, or null. Throws all but that. */
  probe(parcel: Parcel, lane: Lane): Promise<PostgresFailure | null>;
}

/** Above this copying is cheaper than a request that holds them all. */
const callRows = 1_000;
const callBytes = 1_048_576;

export function laneOf({ batch }: Parcel): Lane {
  const keepsOrphans = batch.ranges.some(({ orphans }) => orphans === 'keep');
  const isSmall = rowsOf(batch) <= callRows && bytesOf(batch) <= callBytes;
  return isSmall && !keepsOrphans ? 'call' : 'copy';
}

const bytesOf = ({ tables, ranges }: Batch): number =>
  [...tables.map(({ upserts }) => upserts), ...ranges.map(({ rows }) => rows)]
    .flat()
    .reduce((sum, row) => sum + sizeOf(row), 0);

export function createCloudLink(
  connection: PostgresConnection,
  site: string,
  failpoints: Failpoints,
): CloudLink {
  const copyLane = createCopyLane(connection, site);
  let catalogue = 0;

  /** Everything of a parcel, in a transaction that is open. */
  async function write(parcel: Parcel, lane: Lane): Promise<void> {
    if (lane === 'call')
      await connection.query('SELECT sync.apply($1, $2)', [site, batchJson(parcel.batch, catalogue)]);
    else {
      await connection.query('SELECT sync.advance($1, $2)', [site, headerJson(parcel.batch, catalogue)]);
      await failpoints.at('in copy');
      await copyLane.write(parcel.batch);
    }
    for (const { table, key } of parcel.mended) {
      await connection.query(
        'DELETE FROM sync.quarantine WHERE site_id = $1 AND table_name = $2 AND key = $3',
        [site, table, key],
      );
    }
    for (const { table, key, error, image } of parcel.quarantined) {
      await connection.query(
        `INSERT INTO sync.quarantine (site_id, table_name, key, error, row_bytes, at)
         VALUES ($1, $2, $3, $4, $5, sync.now_ms())
         ON CONFLICT (site_id, table_name, key)
         DO UPDATE SET error = excluded.error, row_bytes = excluded.row_bytes, at = excluded.at`,
        [site, table, key, error, image],
      );
    }
  }

  async function takeBack(): Promise<void> {
    await connection.query('ROLLBACK');
    copyLane.rolledBack();
  }

  return {
    async handshake(hello) {
      const { rows } = await connection.query<{ welcome: WelcomeJson }>(
        'SELECT sync.handshake($1, $2) AS welcome',
        [
          site,
          JSON.stringify({
            name: hello.name,
            profile: hello.profile,
            appliance_id: hello.applianceId,
            epoch: hello.epoch,
            schema_version: hello.schemaVersion,
          }),
        ],
      );
      const [answer] = rows;
      if (answer === undefined) throw new PostgresFailure('the cloud said nothing', 'retry');
      const held = await connection.query<{ table_name: string; key: string }>(
        'SELECT table_name, key FROM sync.quarantine WHERE site_id = $1',
        [site],
      );
      catalogue = answer.welcome.catalogue;
      return {
        standing: standingOf(answer.welcome),
        tables: tablesOf(answer.welcome),
        quarantine: held.rows.map(({ table_name, key }) => ({ table: table_name, key })),
      };
    },
    async heartbeat(sign) {
      const { rows } = await connection.query<{
        beat: { taken: boolean };
        epoch: number;
        seq: number;
        tok: number;
        copying: boolean;
      }>(
        'SELECT sync.heartbeat($1, $2) AS beat, epoch, seq, tok, cursor IS NOT NULL AS copying FROM sync.site WHERE site_id = $1',
        [site, JSON.stringify({ ...sign, applianceId: undefined, appliance_id: sign.applianceId })],
      );
      const [answer] = rows;
      if (answer?.beat.taken !== true) return null;
      return { epoch: answer.epoch, seq: answer.seq, tok: answer.tok, copying: answer.copying };
    },
    async ship(parcel) {
      const lane = laneOf(parcel);
      if (lane === 'call' && parcel.quarantined.length === 0 && parcel.mended.length === 0) {
        await write(parcel, lane);
        return;
      }
      await failpoints.at('before copy begins');
      await connection.query('BEGIN');
      const failed = await write(parcel, lane).then(() => null, asFailure);
      if (failed !== null) {
        if (failed.kind === 'data') await takeBack();
        throw failed;
      }
      await failpoints.at('before copy commits');
      await connection.query('COMMIT');
    },
    async probe(parcel, lane) {
      await failpoints.at('before probe');
      await connection.query('BEGIN');
      const failed = await write(parcel, lane).then(() => null, asFailure);
      if (failed !== null && failed.kind !== 'data') throw failed;
      await takeBack();
      return failed;
    },
  };
}

interface WelcomeJson {
  readonly epoch: number;
  readonly seq: number;
  readonly tok: number;
  readonly appliance_id: string | null;
  readonly cursor: { table: string; after: unknown; orphans?: 'keep' } | null;
  readonly catalogue: number;
  readonly tables: readonly { name: string; key: string[]; columns: { name: string }[] }[];
}

const standingOf = ({ epoch, seq, tok, appliance_id, cursor }: WelcomeJson): CloudStanding => ({
  epoch,
  seq,
  tok,
  applianceId: appliance_id,
  cursor: cursor === null ? null : cursorOf(cursor),
});

const cursorOf = ({ table, after, orphans }: NonNullable<WelcomeJson['cursor']>): BootstrapCursor => ({
  table,
  after: keyFromJson(after),
  ...(orphans === undefined ? {} : { orphans }),
});

const tablesOf = ({ tables }: WelcomeJson): CloudTables =>
  new Map(
    tables.map(({ name, key, columns }) => [
      name,
      { key, columns: new Set(columns.map((column) => column.name)) },
    ]),
  );
