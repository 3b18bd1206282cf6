/** What the cloud knows of how a site's data came here; moments are epoch milliseconds. */
export interface Watermark {
  readonly site_id: string;
  readonly name: string | null;
  readonly epoch: number;
  readonly seq: number;
  readonly state: string;
  readonly detail: string | null;
  /** Venue time of the newest commit that is here; null when there is none yet. */
  readonly commit_at: number | null;
  /** By the cloud's clock: when something was last applied, and when the venue last spoke. */
  readonly applied_at: number | null;
  readonly heartbeat_at: number | null;
  /** Changes that the venue then had, and that are not here. */
  readonly pending: number;
  /** Everything that was written up to here is here: it is not in the middle of a catch-up. */
  readonly whole: boolean;
  /** By the cloud's clock: when this was read. */
  readonly now: number;
}

export const lastContact = ({ applied_at, heartbeat_at }: Watermark): number | null =>
  applied_at === null && heartbeat_at === null ? null : Math.max(applied_at ?? 0, heartbeat_at ?? 0);

/**
 * How old the data may be, pure: a venue that is silent may have changed everything since it last spoke; one that said
 * that more is to come has it since its newest commit that is here, at least. Null when it has never spoken.
 */
export function lagOf(watermark: Watermark, now = watermark.now): number | null {
  const contact = lastContact(watermark);
  if (contact === null) return null;
  const behind = watermark.pending > 0 && watermark.commit_at !== null ? now - watermark.commit_at : 0;
  return Math.max(0, now - contact, behind);
}

/** Of an answer that is made of data as of this watermark. Nothing is claimed of a site that has never spoken. */
export function ageHeaders(watermark: Watermark, now = watermark.now): Readonly<Record<string, string>> {
  const lag = lagOf(watermark, now);
  return {
    ...(watermark.commit_at === null ? {} : { 'data-as-of': new Date(watermark.commit_at).toISOString() }),
    ...(lag === null ? {} : { 'data-lag-ms': String(Math.round(lag)) }),
  };
}

/** A daemon says something every few seconds; one that has said nothing for so long is cut off. */
export const silentAfterMs = 15_000;

/** Whether what is not here can be taken to be nowhere. */
export function isCurrent(watermark: Watermark): boolean {
  const lag = lagOf(watermark);
  return watermark.state === 'live' && watermark.pending === 0 && lag !== null && lag < silentAfterMs;
}
