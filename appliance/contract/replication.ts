import { z } from 'zod';
import { Id, Moment, Slug } from './common.ts';
import { Problem } from './problems.ts';

/**
 * What the daemon says of itself. `offline`: no contact; `schema_behind`: the replica does not know a table yet and
 * everything waits; `fenced`: two histories, and a person must choose.
 */
export const SyncState = z.enum([
  'bootstrapping',
  'live',
  'catching_up',
  'schema_behind',
  'fenced',
  'restoring',
  'offline',
]);
export type SyncState = z.infer<typeof SyncState>;

const count = z.number().int().min(0);

/** What `dugout sync status --json` prints. */
export const SyncStatus = z.object({
  state: SyncState,
  detail: z.string().nullable().describe('why, when the state needs a reason'),
  epoch: z.number().int(),
  seq: count.describe('the newest change of the venue'),
  acked_seq: count.describe('the newest change that the replica holds'),
  pending_changes: count,
  lag_ms: z
    .number()
    .nullable()
    .describe('age of the oldest change that the replica does not hold; 0 when none'),
  last_contact_at: Moment.nullable(),
});
export type SyncStatus = z.infer<typeof SyncStatus>;

/** The daemon's report to the appliance, every few seconds and at each change. */
export const LinkReport = z.strictObject({
  status: SyncStatus,
  since: Moment.describe('since when the state is what it is'),
  metrics: z
    .record(z.string().regex(/^[a-z][a-z0-9_]{0,60}$/u), z.number())
    .describe('figures under `dugout_sync_`'),
  outage: z
    .strictObject({
      began_at: Moment,
      ended_at: Moment,
      changes: count.describe('changes that waited when the link came back'),
      rows: count.describe('rows they came to'),
      caught_up_at: Moment,
    })
    .nullable()
    .describe('an outage that is over and caught up; told until it was heard'),
});
export type LinkReport = z.infer<typeof LinkReport>;

/** The link as the venue's own staff see it. `heard_at` null: no daemon has spoken since the start. */
export const Link = z.object({
  status: SyncStatus.nullable(),
  since: Moment.nullable(),
  heard_at: Moment.nullable(),
});
export type Link = z.infer<typeof Link>;

/** What happened while the venue was alone; written by the venue when the replica has caught up. */
export const Outage = z.object({
  id: Id,
  began_at: Moment,
  ended_at: Moment,
  caught_up_at: Moment,
  catch_up_ms: count,
  guests_signed_up: count,
  guests_served: count.describe('games completed'),
  texts_sent: count,
  texts_held: count.describe('texts that still waited when it ended'),
  texts_dropped: count.describe('texts that had become too late'),
  changes_shipped: count,
  rows_shipped: count,
  commands_applied: count,
  conflicts: count.describe('remote actions that came too late to fit'),
});
export type Outage = z.infer<typeof Outage>;
export const OutageList = z.object({ items: z.array(Outage) });
export type OutageList = z.infer<typeof OutageList>;

export const CommandStatus = z.enum([
  'queued',
  'sent',
  'applied',
  'rejected',
  'conflict',
  'expired',
  'cancelled',
  'failed',
  'needs_review',
]);
export type CommandStatus = z.infer<typeof CommandStatus>;

/** How often the venue may fail on a remote write before it gives it up. */
export const triesBeforeGivingUp = 3;

/** A remote write as the daemon hands it to the appliance. */
export const RemoteCommand = z.strictObject({
  id: Id,
  method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE']),
  path: z.string().max(500).describe('path and query, as the appliance knows it'),
  headers: z
    .record(z.string(), z.string())
    .describe('those that mean something: content-type, x-twilio-signature'),
  body: z.base64(),
  actor_id: Id.nullable().describe('the user who acts; null for a guest who is not signed in'),
  created_at: Moment,
  expires_in_ms: z
    .number()
    .int()
    .describe('time left by the cloud’s clock when it was fetched; may be negative'),
  expect: z
    .strictObject({ table: z.string(), key: z.string(), version: z.record(z.string(), z.unknown()) })
    .nullable()
    .describe('the row as the actor saw it'),
  cancelled: z.boolean().describe('its sender took it back; the venue decides'),
  attempts: count.describe('times that the venue failed on it before, for reasons of its own'),
});
export type RemoteCommand = z.infer<typeof RemoteCommand>;

/** The venue's own answer to what was asked, as far as it can be passed on. */
export const VenueAnswer = z.object({
  status: z.number().int(),
  headers: z.record(z.string(), z.string()),
  body: z.unknown().describe('JSON, or null'),
});
export type VenueAnswer = z.infer<typeof VenueAnswer>;

export const CommandOutcome = z.object({ status: CommandStatus, answer: VenueAnswer.nullable() });
export type CommandOutcome = z.infer<typeof CommandOutcome>;

/** A remote action as its sender sees it. */
export const Command = z.object({
  command_id: Id,
  status: CommandStatus,
  method: z.string(),
  path: z.string(),
  summary: z.string().describe('what it does, in words'),
  actor: z.string(),
  created_at: Moment,
  expires_at: Moment,
  fetched_at: Moment.nullable(),
  ended_at: Moment.nullable(),
  cancel_asked_at: Moment.nullable(),
  answer: VenueAnswer.nullable(),
  problem: Problem.nullable().describe('why not, for `rejected`, `conflict`, `failed`'),
});
export type Command = z.infer<typeof Command>;
export const CommandList = z.object({ items: z.array(Command) });
export type CommandList = z.infer<typeof CommandList>;
/** The answer to a remote action that the venue did not answer in time. */
export const QueuedCommand = z.object({
  command_id: Id,
  status: CommandStatus,
  expires_at: Moment,
});
export type QueuedCommand = z.infer<typeof QueuedCommand>;

/** A venue as the replica knows it. */
export const Site = z.object({
  id: Slug,
  name: z.string(),
  state: SyncState,
  detail: z.string().nullable(),
  data_as_of: Moment.nullable().describe('commit time of the newest change that is here'),
  data_lag_ms: z
    .number()
    .nullable()
    .describe('how old the data may be: time since the venue last spoke, at least'),
  last_contact_at: Moment.nullable(),
  pending_changes: count.describe('what the venue last said was still to come'),
  pending_commands: count,
});
export type Site = z.infer<typeof Site>;
export const SiteList = z.object({ items: z.array(Site) });
export type SiteList = z.infer<typeof SiteList>;

/** Where these screens are served from: at the venue, or from the replica of one. */
export const Place = z.object({
  kind: z.enum(['venue', 'replica']),
  site: Slug.nullable().describe('null on a replica that was not told which of its sites is meant'),
  site_name: z.string().nullable(),
});
export type Place = z.infer<typeof Place>;
