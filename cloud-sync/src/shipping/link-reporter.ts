import type { LinkReport, SyncStatus } from '@dugout/appliance/contract/replication.ts';
import { type Clock, toMoment } from '@dugout/appliance/platform/clock.ts';
import { createNowAndThen } from '@dugout/appliance/platform/now-and-then.ts';
import type { Logger } from 'pino';
import { ApplianceAway, type ApplianceClient } from '../venue/appliance-client.ts';
import type { Bookkeeping } from './bookkeeping.ts';
import type { OutageRow } from './bookkeeping-tables.ts';
import { readStatus } from './status.ts';

/** Tells the appliance how the link stands: every few seconds, and at once when it is another. */
export interface LinkReporter {
  start(): void;
  stop(): Promise<void>;
  /** Something changed; tells it if it is the state. */
  look(): void;
}

export interface LinkReporterParts {
  readonly dataDirectory: string;
  readonly appliance: ApplianceClient;
  readonly bookkeeping: Bookkeeping;
  /** By name, without `dugout_sync_`. */
  readonly figures: () => Record<string, number>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export const reportEveryMs = 3_000;

export function createLinkReporter(parts: LinkReporterParts): LinkReporter {
  const { dataDirectory, appliance, bookkeeping, clock, logger } = parts;
  const worthSaying = createNowAndThen(clock, 600_000);
  let told: string | undefined;
  let telling: Promise<void> | undefined;
  let cancel = () => {};
  let stopped = false;

  async function tell(): Promise<void> {
    const outage = bookkeeping.outageToTell();
    const { since } = bookkeeping.standing();
    const status = readStatus(dataDirectory, clock);
    const report: LinkReport = {
      status,
      since: toMoment(since),
      metrics: { ...figuresOf(status, clock.now()), ...parts.figures() },
      outage: outage === null ? null : outageReport(outage),
    };
    const { status: answer } = await appliance.post('/api/replication/link', report);
    if (answer === 204) {
      told = report.status.state;
      if (outage !== null) bookkeeping.outageHeard(outage.began_at);
    } else if (worthSaying(`refused ${answer}`)) {
      logger.warn({ status: answer }, 'the appliance does not take the report of the link');
    }
  }

  function tellNow(): void {
    if (stopped || telling !== undefined) return;
    telling = tell()
      .catch((error: unknown) => {
        // An appliance that is down hears of it when it is back.
        if (!(error instanceof ApplianceAway)) logger.error({ err: error }, 'the link could not be reported');
      })
      .finally(() => {
        telling = undefined;
      });
  }

  return {
    start() {
      cancel = clock.every(reportEveryMs, tellNow);
      tellNow();
    },
    async stop() {
      stopped = true;
      cancel();
      await telling;
    },
    look() {
      if (bookkeeping.standing().state !== told) tellNow();
    },
  };
}

/** The status in numbers; what is not known is -1. */
const figuresOf = (status: SyncStatus, now: number): Record<string, number> => ({
  epoch: status.epoch,
  seq: status.seq,
  acked_seq: status.acked_seq,
  pending_changes: status.pending_changes,
  lag_ms: status.lag_ms ?? -1,
  contact_age_seconds:
    status.last_contact_at === null ? -1 : Math.max(0, (now - Date.parse(status.last_contact_at)) / 1_000),
});

const outageReport = (outage: OutageRow): LinkReport['outage'] => ({
  began_at: toMoment(outage.began_at),
  ended_at: toMoment(outage.ended_at),
  changes: outage.changes,
  rows: outage.rows,
  caught_up_at: toMoment(outage.caught_up_at ?? outage.ended_at),
});
