import { createRecentTimes, type RecentTimes } from './recent-times.ts';

/** What the shipping counts, since the daemon's start; told to the appliance as metrics under `dugout_sync_`. */
export interface ShippingFigures {
  batches_total: number;
  rows_total: number;
  connections_total: number;
  failures_total: number;
  fences_total: number;
  resyncs_total: number;
  quarantined_total: number;
  /** Rows that the cloud could not hold and that are as they were. */
  quarantine_rows: number;
  last_batch_rows: number;
  /** From the snapshot to the acknowledgement. */
  last_batch_ms: number;
  /** Of the last question whether the cloud stands where we think, answer included; -1 before the first. */
  heartbeat_ms: number;
}

/** What is counted while shipping. */
export interface ShippingCount {
  readonly figures: ShippingFigures;
  /** Of the batches that left nothing behind: from the commit at the venue to the cloud's acknowledgement. */
  readonly visible: RecentTimes;
}

export const newCount = (): ShippingCount => ({ figures: noFigures(), visible: createRecentTimes() });

/** As they are told. */
export const toldFigures = ({ figures, visible }: ShippingCount) => ({
  ...figures,
  commit_to_visible_p50_ms: visible.quantile(0.5),
  commit_to_visible_p99_ms: visible.quantile(0.99),
});

const noFigures = (): ShippingFigures => ({
  batches_total: 0,
  rows_total: 0,
  connections_total: 0,
  failures_total: 0,
  fences_total: 0,
  resyncs_total: 0,
  quarantined_total: 0,
  quarantine_rows: 0,
  last_batch_rows: 0,
  last_batch_ms: 0,
  heartbeat_ms: -1,
});
