import type { BootstrapCursor, LogPosition } from './batch.ts';

/** Where the cloud stands, as it said itself. */
export interface CloudStanding extends LogPosition {
  readonly epoch: number;
  /** Who speaks for the site; null when nobody was registered. */
  readonly applianceId: string | null;
  /** A copy of everything is under way; null when none is. */
  readonly cursor: BootstrapCursor | null;
}

/** What the venue knows of its own history, from its database and from what it noted outside of it. */
export interface VenueHistory {
  readonly epoch: number;
  /** In the database. */
  readonly applianceId: string;
  /** In `keys/appliance-id`; null when there is none. */
  readonly machineId: string | null;
  readonly floor: number;
  readonly head: LogPosition;
  /** The newest boundary that was sent in this epoch; null when none was. */
  readonly lastSent: LogPosition | null;
  /** The newest boundary that the cloud acknowledged in this epoch; null when none was. */
  readonly acked: LogPosition | null;
  /** The token that the log has for a number; null when the entry is not there. */
  tokenInLog(seq: number): number | null;
  /** The token that was sent with a number, in whichever epoch; null when it was not, or too long ago. */
  tokenSent(seq: number): number | null;
}

/** Why two histories are not one. `rewound`: the venue's database is older than what the cloud has of it. */
export type FenceReason = 'duplicate' | 'retired' | 'cloud_rewound' | 'rewound' | 'unknown_position';

export type Decision =
  /** Ship from where the cloud stands. */
  | { readonly kind: 'go_on'; readonly because: 'in_step' | 'lost_ack' | 'reship' }
  /** Copy everything: the log does not reach back to where the cloud stands. */
  | { readonly kind: 'resync'; readonly because: 'empty' | 'too_far_back' }
  /** Go on with a copy of everything. */
  | { readonly kind: 'resume_resync'; readonly cursor: BootstrapCursor }
  /** A person must choose. */
  | { readonly kind: 'fenced'; readonly reason: FenceReason; readonly detail: string };

const details: Readonly<Record<FenceReason, string>> = {
  duplicate: 'another appliance speaks for this site: this one is a copy, or the other is',
  retired: 'this appliance was replaced: the cloud has begun a newer life of this site',
  cloud_rewound: 'the cloud was set back to a time before this appliance took over',
  rewound: 'this database was set back: the cloud has changes that it does not know',
  unknown_position: 'nothing here tells whether the cloud has the same history',
};
const fenced = (reason: FenceReason): Decision => ({ kind: 'fenced', reason, detail: details[reason] });

/**
 * What is to be done, by what the cloud says and what the venue knows. Raft's log matching: two histories that have
 * the same token under the same number are one up to there. It never guesses; what cannot be told is fenced.
 */
export function decide(cloud: CloudStanding, venue: VenueHistory): Decision {
  if (venue.machineId !== null && venue.machineId !== venue.applianceId) return fenced('duplicate');
  if (cloud.epoch > venue.epoch) return fenced('retired');
  if (cloud.epoch < venue.epoch) return fenced('cloud_rewound');
  if (cloud.applianceId !== null && cloud.applianceId !== venue.applianceId) return fenced('duplicate');
  if (isOlderThanWhatItSent(venue)) return fenced('rewound');
  if (cloud.seq === 0) return { kind: 'resync', because: 'empty' };
  if (cloud.seq > venue.head.seq) return fenced('rewound');

  const inLog = venue.tokenInLog(cloud.seq);
  if (inLog !== null && inLog !== cloud.tok) return fenced('rewound');
  const sent = venue.tokenSent(cloud.seq);
  const isAcked = venue.acked?.seq === cloud.seq && venue.acked.tok === cloud.tok;
  const isKnown = isAcked || inLog === cloud.tok || sent === cloud.tok;
  // Too long ago for a token; but what was acknowledged beyond it was this history, so it is a place in its past.
  const isPassed = sent === null && venue.acked !== null && cloud.seq < venue.acked.seq;
  if (!isKnown && !isPassed) return fenced(sent === null ? 'unknown_position' : 'rewound');
  if (!isKnown || cloud.seq < venue.floor) return { kind: 'resync', because: 'too_far_back' };
  if (cloud.cursor !== null) return { kind: 'resume_resync', cursor: cloud.cursor };
  const acked = venue.acked?.seq ?? 0;
  if (cloud.seq === acked) return { kind: 'go_on', because: 'in_step' };
  return { kind: 'go_on', because: cloud.seq > acked ? 'lost_ack' : 'reship' };
}

/** What was sent is noted outside of the database, so a database that was set back is seen without the cloud. */
function isOlderThanWhatItSent({ lastSent, head, tokenInLog }: VenueHistory): boolean {
  if (lastSent === null) return false;
  if (lastSent.seq > head.seq) return true;
  const inLog = tokenInLog(lastSent.seq);
  return inLog !== null && inLog !== lastSent.tok;
}
