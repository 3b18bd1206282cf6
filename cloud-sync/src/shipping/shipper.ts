import type { SyncState } from '@dugout/appliance/contract/replication.ts';
import type { Clock } from '@dugout/appliance/platform/clock.ts';
import { backoffMs } from '@dugout/appliance/platform/jobs/backoff.ts';
import { createNowAndThen } from '@dugout/appliance/platform/now-and-then.ts';
import type { Logger } from 'pino';
import type { PostgresConnection } from '../postgres/connection.ts';
import { asFailure, ownStates, PostgresFailure } from '../postgres/failure.ts';
import { openVenueFile, type VenueFile } from '../venue/venue-file.ts';
import type { Bookkeeping } from './bookkeeping.ts';
import type { CloudAccess } from './cloud-access.ts';
import { createCloudLink } from './cloud-link.ts';
import type { Failpoints } from './failpoints.ts';
import { createOutageRecord } from './outage-record.ts';
import { createPace, type Limits } from './pace.ts';
import { createPauses } from './pauses.ts';
import { newCount, toldFigures } from './shipping-figures.ts';
import { type Patience, runSession } from './shipping-session.ts';
import { machineIdIn } from './venue-history.ts';

export interface ShipperParts {
  readonly site: { readonly id: string; readonly name: string };
  readonly profile: string;
  readonly dataDirectory: string;
  readonly cloud: CloudAccess;
  readonly bookkeeping: Bookkeeping;
  readonly failpoints: Failpoints;
  readonly patience: Patience;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly logger: Logger;
  /** From [0, 1), so that sites which lost the cloud together do not come back together. */
  readonly random: () => number;
}

/** Ships every change of the venue to the cloud, as long as it runs. */
export interface Shipper {
  start(): void;
  stop(): Promise<void>;
  /** The venue's database; null while there is none. Good until the next turn of the loop. */
  venue(): VenueFile | null;
  /** The newest change that the cloud holds. */
  acked(): number;
  /** Whether the cloud has everything that it can have, and answers. */
  isFree(): boolean;
  /** Whether the cloud answers, and takes us for the site's appliance: what is done here will be seen there. */
  isRecognised(): boolean;
  figures(): Readonly<ReturnType<typeof toldFigures>>;
  /** Calls `listener` whenever the cloud has more, or the link is another. */
  onProgress(listener: () => void): void;
}

const backoff = { baseMs: 250, capMs: 15_000 };
const noVenueMs = 1_000;
const noCloudMs = 5_000;
const aliveMs = 4_000;
const slowBatchMs = 1_000;
const stopMs = 3_000;

/** States in which the cloud takes what the venue has. */
const inStep: ReadonlySet<SyncState> = new Set(['bootstrapping', 'live', 'catching_up']);

export function createShipper(parts: ShipperParts): Shipper {
  const { site, cloud, bookkeeping, patience, clock, logger } = parts;
  const pauses = createPauses(clock);
  const pace = createPace(parts.limits);
  const count = newCount();
  const { figures } = count;
  const outages = createOutageRecord(bookkeeping, clock);
  const worthSaying = createNowAndThen(clock);
  const listeners: (() => void)[] = [];
  let venue: VenueFile | null = null;
  let connection: PostgresConnection | undefined;
  let failures = 0;
  let turnedAt = clock.monotonic();
  let batchSince: number | null = null;
  let recognised = false;
  let acked = 0;
  let running: Promise<void> | undefined;
  let cancelWatch = () => {};

  const turned = () => {
    turnedAt = clock.monotonic();
  };
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const isLive = () => bookkeeping.standing().state === 'live';

  function ownVenue(): VenueFile | null {
    if (venue?.replaced()) leaveVenue();
    venue ??= openVenueFile(parts.dataDirectory);
    return venue;
  }
  function leaveVenue(): void {
    venue?.close();
    venue = null;
  }

  async function run(): Promise<void> {
    while (!pauses.stopped) {
      turned();
      const waitMs = await attempt().catch(failed);
      connection?.destroy();
      connection = undefined;
      recognised = false;
      batchSince = null;
      tell();
      await pauses.pause(waitMs);
    }
  }

  /** One connection, as long as it lasts. Answers how long to wait before the next. */
  async function attempt(): Promise<number> {
    const file = ownVenue();
    if (file === null) return wait('the appliance has not started here yet', noVenueMs);
    if (!cloud.configured) return wait('no cloud is configured', noCloudMs);
    await parts.failpoints.at('before connect');
    const opened = await cloud.connect(`dugout ${site.id}`, {
      connectTimeoutMs: patience.connectMs,
      deadlineMs: patience.deadlineMs,
      statementTimeoutMs: patience.deadlineMs,
      lockTimeoutMs: Math.ceil(patience.deadlineMs / 2),
      idleInTransactionTimeoutMs: patience.deadlineMs,
      tcpUserTimeoutMs: patience.deadlineMs,
    });
    connection = opened;
    opened.onLost(pauses.wake);
    figures.connections_total += 1;
    const end = await runSession({
      site: { name: site.name, profile: parts.profile },
      link: createCloudLink(opened, site.id, parts.failpoints),
      venue: file,
      machineId: () => machineIdIn(parts.dataDirectory),
      bookkeeping,
      outages,
      pace,
      pauses,
      count,
      failpoints: parts.failpoints,
      patience,
      clock,
      logger,
      assertLinked() {
        if (opened.isLost) throw new PostgresFailure('the connection was lost', 'retry');
      },
      turned,
      underWay(since) {
        batchSince = since;
      },
      holds(seq) {
        acked = seq;
        tell();
      },
      inStep() {
        failures = 0;
        if (recognised) return;
        recognised = true;
        tell();
      },
    });
    failures = 0;
    await opened.close();
    return end === 'fenced' ? patience.fencedMs : 0;
  }

  function wait(detail: string, ms: number): number {
    bookkeeping.stand('offline', detail);
    return ms;
  }

  /** Answers how long to wait before the next attempt. */
  function failed(error: unknown): number {
    if (pauses.stopped) return 0;
    const failure = asFailure(error);
    failures += 1;
    figures.failures_total += 1;
    // A batch that fails at once says nothing of its size.
    if (batchSince !== null && clock.monotonic() - batchSince > slowBatchMs) pace.gotStuck();
    if (!(error instanceof PostgresFailure)) {
      // The venue's file, or ours, did not do what it should: nothing of it is relied on.
      leaveVenue();
      logger.error({ err: error }, 'shipping was interrupted');
    } else if (worthSaying(`${failure.kind} ${failure.code}`)) {
      logger.warn(
        { kind: failure.kind, code: failure.code, why: failure.message },
        'the cloud cannot be reached',
      );
    }
    // What the cloud did is unknown, or it has learnt something: it is asked at once.
    if (failure.kind === 'fenced' || failure.code === ownStates.unknownTable)
      return Math.min(failures * 50, backoff.capMs);
    // A fence stands until the cloud says otherwise, and it says nothing now.
    if (bookkeeping.standing().state !== 'fenced')
      bookkeeping.stand(failure.kind === 'schema' ? 'schema_behind' : 'offline', reasonOf(failure));
    return backoffMs(backoff, failures, parts.random);
  }

  function watch(): void {
    const now = clock.monotonic();
    if (batchSince !== null && now - batchSince > patience.stuckMs) {
      logger.error('a batch does not come to its end: the connection is made anew');
      connection?.destroy();
    }
    // A supervisor starts the process again; what it knows is on disk.
    if (now - turnedAt > 3 * patience.stuckMs) throw new Error('shipping has come to a standstill');
    if (now - turnedAt < patience.stuckMs) bookkeeping.alive();
  }

  return {
    start() {
      cancelWatch = clock.every(aliveMs, watch);
      running = run();
    },
    async stop() {
      cancelWatch();
      pauses.stop();
      const cancel = clock.deadline(stopMs, () => connection?.destroy());
      await running;
      cancel();
      leaveVenue();
      bookkeeping.stand('offline', 'the daemon was stopped');
    },
    venue: () => venue,
    acked: () => acked,
    isFree: () => connection !== undefined && !connection.isLost && batchSince === null && isLive(),
    isRecognised: () =>
      recognised && connection?.isLost === false && inStep.has(bookkeeping.standing().state),
    figures: () => toldFigures(count),
    onProgress: (listener) => {
      listeners.push(listener);
    },
  };
}

const reasonOf = ({ kind, code, message }: PostgresFailure): string =>
  kind === 'refused'
    ? `the cloud refuses this site: ${message}`
    : code === null
      ? message
      : `${message} (${code})`;
