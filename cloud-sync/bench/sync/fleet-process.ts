import { connect } from '../../src/postgres/connection.ts';
import type { Batch, LogPosition } from '../../src/shipping/batch.ts';
import { createCloudLink } from '../../src/shipping/cloud-link.ts';
import { noFailpoints } from '../../src/shipping/failpoints.ts';
import { playerRows, upserted } from './player-rows.ts';

/** Part of a fleet: sites that have no database, and everything from the carrier on. */
export interface FleetLoad {
  readonly sites: readonly { readonly id: string; readonly url: string }[];
  /** Transactions a second and site, of one new guest each. */
  readonly perSecond: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}
export interface FleetShipped {
  readonly transactions: number;
  readonly batches: number;
  /** From the moment of each transaction until the answer to its batch. */
  readonly lagsMs: readonly number[];
}

/** As the daemon polls. */
const pollMs = 10;

async function run({ sites, perSecond, warmUpSeconds, seconds }: FleetLoad): Promise<FleetShipped> {
  const lagsMs: number[] = [];
  let batches = 0;
  const links = await Promise.all(
    sites.map(async ({ id, url }) => {
      const connection = await connect(url, { name: `bench ${id}` });
      const link = createCloudLink(connection, id, noFailpoints);
      const hello = { name: id, profile: 'venue', applianceId: id, epoch: 1, schemaVersion: 'bench' };
      await link.handshake(hello);
      return { connection, link };
    }),
  );
  const began = performance.now();
  const counts = began + warmUpSeconds * 1_000;
  const end = counts + seconds * 1_000;
  await Promise.all(
    links.map(async ({ connection, link }, index) => {
      // They do not all write at once.
      const offset = (index / links.length) * (1_000 / perSecond);
      const momentOf = (transaction: number) => began + offset + (transaction * 1_000) / perSecond;
      let at: LogPosition = { seq: 0, tok: 0 };
      let shipped = 0;
      while (performance.now() < end) {
        const now = performance.now();
        const waiting = Math.floor(((now - began - offset) * perSecond) / 1_000) + 1 - shipped;
        if (waiting <= 0) {
          await new Promise((resolve) => setTimeout(resolve, pollMs));
          continue;
        }
        const to = { seq: at.seq + 2 * waiting, tok: shipped + 1 };
        const batch: Batch = {
          ...{ epoch: 1, from: at, to, tables: [upserted(playerRows(shipped, waiting, 'Ann'))], ranges: [] },
          ...{ complete: true, commitAt: 1, pending: 0, state: 'live', cursor: null },
        };
        await link.ship({ batch, quarantined: [], mended: [] });
        const answered = performance.now();
        if (answered >= counts) {
          batches += 1;
          for (let one = 0; one < waiting; one += 1) lagsMs.push(answered - momentOf(shipped + one));
        }
        at = to;
        shipped += waiting;
      }
      await connection.close();
    }),
  );
  return { transactions: lagsMs.length, batches, lagsMs };
}

process.on('message', (load: FleetLoad) => {
  run(load).then(
    (shipped) => process.send?.({ shipped }),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
