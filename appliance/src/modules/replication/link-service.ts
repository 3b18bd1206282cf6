import type { Registry } from 'prom-client';
import type { Link, LinkReport } from '../../../contract/replication.ts';
import { type Cancel, type Clock, toMoment } from '../../platform/clock.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import type { LiveFeed } from '../../platform/http/live-feed.ts';
import type { Ids } from '../../platform/ids.ts';
import { createGauges } from '../../platform/metrics.ts';
import { outagesStore } from './outages-store.ts';

/** A daemon that has not spoken for so long is not there. */
export const silentAfterMs = 15_000;

export interface LinkServiceDeps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly live: Pick<LiveFeed, 'changed'>;
  readonly metrics: Registry;
}

interface Heard {
  readonly report: LinkReport;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What the daemon says of the link to the replica: kept while it speaks, and shown to screens and metrics. */
export function createLinkService({ clock, ids, live, metrics }: LinkServiceDeps) {
  const showFigures = createGauges(metrics, {
    prefix: 'dugout_sync_',
    help: 'As the sync daemon last told; absent while it is silent',
  });
  let heard: Heard | null = null;
  let silent = true;
  let stopWaiting: Cancel = () => {};

  const fallSilent = (): void => {
    silent = true;
    showFigures({});
    live.changed('link');
  };

  function keep(report: LinkReport): void {
    const isNews = silent || report.outage !== null || !isSame(heard?.report.status, report.status);
    heard = { report, at: clock.now() };
    silent = false;
    showFigures(report.metrics);
    stopWaiting();
    stopWaiting = clock.after(silentAfterMs, fallSilent);
    if (isNews) live.changed('link');
  }

  function writeOutage(tx: Transaction, outage: NonNullable<LinkReport['outage']>): void {
    const began = Date.parse(outage.began_at);
    const ended = Date.parse(outage.ended_at);
    if (outagesStore.isKnown(tx, began)) return;
    outagesStore.insert(tx, {
      id: ids.next(),
      began_at: began,
      ended_at: ended,
      caught_up_at: Date.parse(outage.caught_up_at),
      ...outagesStore.countsBetween(tx, began, ended),
      changes_shipped: outage.changes,
      rows_shipped: outage.rows,
    });
  }

  return {
    /** Hears a report, and writes the outage that it tells of, once. */
    hear(tx: Transaction, report: LinkReport): void {
      if (report.outage !== null) writeOutage(tx, report.outage);
      tx.afterCommit(() => keep(report));
    },
    link(): Link {
      if (heard === null) return { status: null, since: null, heard_at: null };
      const { report, at } = heard;
      const heard_at = toMoment(at);
      if (!silent) return { status: report.status, since: report.since, heard_at };
      const detail = 'the sync daemon is silent';
      return { status: { ...report.status, state: 'offline', detail }, since: heard_at, heard_at };
    },
    stop: () => stopWaiting(),
  };
}
export type LinkService = ReturnType<typeof createLinkService>;

/** Whether a screen would show the same: when it was last in contact is no news. */
function isSame(before: LinkReport['status'] | undefined, after: LinkReport['status']): boolean {
  const shown = (status: LinkReport['status'] | undefined) =>
    status && [status.state, status.detail, status.epoch, status.pending_changes].join();
  return shown(before) === shown(after);
}
