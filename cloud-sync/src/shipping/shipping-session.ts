import type { SyncState } from '@dugout/appliance/contract/replication.ts';
import type { Clock } from '@dugout/appliance/platform/clock.ts';
import type { Logger } from 'pino';
import { PostgresFailure } from '../postgres/failure.ts';
import type { VenueFile } from '../venue/venue-file.ts';
import type { Bookkeeping } from './bookkeeping.ts';
import { createChangeReader, entriesBetween } from './change-reader.ts';
import { type CloudLink, laneOf } from './cloud-link.ts';
import type { Failpoints } from './failpoints.ts';
import { type Decision, decide } from './handshake.ts';
import { nextParcel, type Place } from './next-parcel.ts';
import type { OutageRecord } from './outage-record.ts';
import type { Pace } from './pace.ts';
import { type Parcel, rowsOf } from './parcel.ts';
import type { Pauses } from './pauses.ts';
import { withoutPoison } from './poison.ts';
import type { ShippingCount } from './shipping-figures.ts';
import { historyOf, schemaVersionOf } from './venue-history.ts';

/** How long things may take, in milliseconds. */
export interface Patience {
  readonly heartbeatMs: number;
  /** Between two looks for news when there was some lately. */
  readonly busyPollMs: number;
  readonly idlePollMs: number;
  /** How long there was news lately. */
  readonly busyForMs: number;
  /** Until what holds the rows back is looked at again. */
  readonly holdMs: number;
  /** Until a fence is looked at again. */
  readonly fencedMs: number;
  /** A batch that takes longer has lost its connection, whatever that says. */
  readonly stuckMs: number;
  /** A request that is not answered in time has lost its connection. */
  readonly deadlineMs: number;
  readonly connectMs: number;
}

export const patience: Patience = {
  heartbeatMs: 3_000,
  busyPollMs: 10,
  idlePollMs: 40,
  busyForMs: 10_000,
  holdMs: 3_000,
  fencedMs: 15_000,
  stuckMs: 120_000,
  deadlineMs: 20_000,
  /** Four round trips, of which one may take two seconds and more where the way leads over a satellite. */
  connectMs: 15_000,
};

export interface SessionParts {
  readonly site: { readonly name: string; readonly profile: string };
  readonly link: CloudLink;
  readonly venue: VenueFile;
  readonly machineId: () => string | null;
  readonly bookkeeping: Bookkeeping;
  readonly outages: OutageRecord;
  readonly pace: Pace;
  readonly pauses: Pauses;
  readonly count: ShippingCount;
  readonly failpoints: Failpoints;
  readonly patience: Patience;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Throws when the connection is gone. */
  assertLinked(): void;
  /** The loop has come round: it is alive. */
  turned(): void;
  /** A batch is on its way since then, or none is. */
  underWay(since: number | null): void;
  /** The cloud has everything up to `seq`. */
  holds(seq: number): void;
  /** The link does what it should. */
  inStep(): void;
}

export type SessionEnd = 'stopped' | 'fenced' | 'venue_replaced';

/** Ships through one connection until it is told to stop, or until two histories are found. Throws when it is lost. */
export async function runSession(parts: SessionParts): Promise<SessionEnd> {
  const { link, venue, bookkeeping, outages, pace, pauses, failpoints, clock, logger } = parts;
  const { figures, visible } = parts.count;
  const { heartbeatMs, busyPollMs, idlePollMs, busyForMs, holdMs } = parts.patience;
  const changes = createChangeReader();
  let busyUntil = clock.monotonic() + busyForMs;
  let beatAt = clock.monotonic() + heartbeatMs;

  async function shakeHands(): Promise<{ decision: Decision; place: Place }> {
    const { name, profile } = parts.site;
    const own = venue.snapshot((view) => ({
      epoch: view.life.epoch,
      applianceId: view.life.applianceId,
      schemaVersion: schemaVersionOf(view),
    }));
    await failpoints.at('before handshake');
    const { standing, tables, quarantine } = await link.handshake({ name, profile, ...own });
    await failpoints.at('after handshake');
    const { decision, waiting, head } = venue.snapshot((view) => ({
      decision: decide(standing, historyOf(view, bookkeeping, parts.machineId())),
      waiting: entriesBetween(view, standing.seq),
      head: view.head.seq,
    }));
    outages.linked({ changes: waiting, head });
    figures.quarantine_rows = quarantine.length;
    changes.restart();
    const { seq, tok } = standing;
    const copy =
      decision.kind === 'resync' ? 'from_start' : decision.kind === 'resume_resync' ? decision.cursor : null;
    return { decision, place: { ...own, position: { seq, tok }, copy, tables, quarantine } };
  }

  /** Tells the cloud that the venue is there. Answers whether the cloud stands where we think. */
  async function beat(
    place: Place,
    state: SyncState,
    detail: string | null,
    pending: number,
  ): Promise<boolean> {
    await failpoints.at('before heartbeat');
    const asked = clock.monotonic();
    const there = await link.heartbeat({
      epoch: place.epoch,
      applianceId: place.applianceId,
      state,
      detail,
      pending,
    });
    figures.heartbeat_ms = clock.monotonic() - asked;
    beatAt = clock.monotonic() + heartbeatMs;
    bookkeeping.contact();
    const { seq, tok } = place.position;
    if (there === null || there.epoch !== place.epoch) return false;
    // A copy can begin and end at one place: a cloud that was set back into it stands there, too.
    return there.seq === seq && there.tok === tok && there.copying === (place.copy !== null);
  }

  /** Waits until something was committed; answers whether the cloud is where it was. */
  async function waitForNews(place: Place): Promise<boolean> {
    while (!venue.changed() && !pauses.stopped) {
      parts.turned();
      parts.assertLinked();
      if (clock.monotonic() >= beatAt && !((await beat(place, 'live', null, 0)) && !venue.replaced()))
        return false;
      await failpoints.at('before wait');
      await pauses.pause(clock.monotonic() < busyUntil ? busyPollMs : idlePollMs);
    }
    return true;
  }

  async function send(parcel: Parcel, epoch: number): Promise<Parcel> {
    await failpoints.at('before send');
    bookkeeping.sending(parcel.batch.to, epoch);
    try {
      await link.ship(parcel);
      return parcel;
    } catch (error) {
      if (!(error instanceof PostgresFailure) || error.kind !== 'data') throw error;
      const rest = await withoutPoison(parcel, (tried) => link.probe(tried, laneOf(parcel)));
      await link.ship(rest);
      return rest;
    }
  }

  async function ship(parcel: Parcel, place: Place): Promise<Place> {
    const began = clock.monotonic();
    const { batch } = parcel;
    if (batch.state !== 'live') bookkeeping.stand(batch.state, null);
    parts.underWay(began);
    const sent = await send(parcel, place.epoch);
    parts.underWay(null);
    await failpoints.at('after apply');
    bookkeeping.acknowledged(batch.to, place.epoch);
    await failpoints.at('after save');
    const rows = rowsOf(sent.batch);
    outages.shipped(rows, batch.to.seq, batch.cursor === null);
    busyUntil = clock.monotonic() + busyForMs;
    beatAt = clock.monotonic() + heartbeatMs;
    pace.gotThrough();
    const quarantine = quarantineAfter(place.quarantine, sent);
    for (const { table, error } of sent.quarantined)
      logger.error({ table, why: error }, 'a row is in quarantine: the cloud cannot hold it');
    figures.batches_total += 1;
    figures.rows_total += rows;
    figures.last_batch_rows = rows;
    figures.last_batch_ms = clock.monotonic() - began;
    // Both by the venue's clock. A clock that was set back in between says nothing.
    if (batch.complete && rows > 0 && batch.commitAt !== null)
      visible.add(Math.max(0, clock.now() - batch.commitAt));
    figures.quarantined_total += sent.quarantined.length;
    figures.quarantine_rows = quarantine.length;
    bookkeeping.stand(batch.state, null);
    parts.holds(batch.to.seq);
    parts.inStep();
    return { ...place, position: batch.to, copy: batch.cursor, quarantine };
  }

  /** Ships as long as the venue and the cloud are what they were at the handshake. */
  async function shipFrom(start: Place): Promise<SessionEnd | 'again'> {
    let place = start;
    while (!pauses.stopped) {
      parts.turned();
      parts.assertLinked();
      if (venue.replaced()) return 'venue_replaced';
      const next = venue.snapshot((view) => nextParcel(view, place, changes, pace));
      await failpoints.at('after read');
      if (next.kind === 'again') return 'again';
      if (next.kind === 'parcel') place = await ship(next.parcel, place);
      else if (next.kind === 'nothing') {
        bookkeeping.stand('live', null);
        parts.inStep();
        if (!(await waitForNews(place))) return 'again';
      } else {
        bookkeeping.stand(next.state, next.detail);
        await beat(place, next.state, next.detail, next.pending);
        await pauses.pause(holdMs);
        return 'again';
      }
    }
    return 'stopped';
  }

  for (;;) {
    const { decision, place } = await shakeHands();
    if (decision.kind === 'fenced') {
      const { reason, detail } = decision;
      if (bookkeeping.standing().detail !== detail) {
        figures.fences_total += 1;
        bookkeeping.stand('fenced', detail);
        logger.error({ reason, detail }, 'fenced: a person must choose between two histories');
      }
      await beat(place, 'fenced', detail, 0);
      return 'fenced';
    }
    if (decision.kind === 'resync') figures.resyncs_total += 1;
    if (decision.kind !== 'resume_resync')
      logger.info({ how: decision.kind, why: decision.because }, 'linked');
    // What the cloud says it has is as good as an answer that was lost. Not before a copy of everything: what was
    // acknowledged says whose history the cloud's position is in.
    if (decision.kind !== 'resync') bookkeeping.acknowledged(place.position, place.epoch);
    if (decision.kind === 'go_on') outages.shipped(0, place.position.seq, true);
    parts.holds(place.position.seq);
    const end = await shipFrom(place);
    if (end !== 'again') return end;
  }
}

function quarantineAfter(before: Place['quarantine'], { mended, quarantined }: Parcel): Place['quarantine'] {
  if (mended.length === 0 && quarantined.length === 0) return before;
  const name = ({ table, key }: { table: string; key: string }) => `${table} ${key}`;
  const changed = new Set([...mended, ...quarantined].map(name));
  return [
    ...before.filter((row) => !changed.has(name(row))),
    ...quarantined.map(({ table, key }) => ({ table, key })),
  ];
}
