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
}

export const noFigures = (): ShippingFigures => ({
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
});
