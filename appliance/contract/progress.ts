import { z } from 'zod';
import { Id, Moment, Slug } from './common.ts';
import { DeviceName } from './devices.ts';
import { type MetricKey as AnyMetric, metricKeys } from './metrics.ts';

export const MetricKey = z.enum(
  Object.fromEntries(metricKeys.map((key) => [key, key])) as {
    [Key in AnyMetric]: Key;
  },
);
export type MetricKey = AnyMetric;

/** One measurement of one game. */
export const Metric = z.object({
  value: z.number().nullable(),
  unit: z.string(),
  quality: z.number().min(0).max(1).describe('how much of what it needs was there: 0 nothing, 1 all'),
  reason: z.string().nullable().describe('a code: why there is no value'),
});
export type Metric = z.infer<typeof Metric>;

/**
 * Against the player's own first games: `improved` and `declined` only when the change is larger than what chance
 * brings about (`detectable_change`).
 */
export const progressStatuses = [
  'improved',
  'declined',
  'no_clear_change',
  'not_enough_data',
  'not_comparable',
] as const;
export const ProgressStatus = z.enum(progressStatuses);
export type ProgressStatus = z.infer<typeof ProgressStatus>;

const against = {
  status: ProgressStatus,
  baseline: z.number().nullable().describe('median of the first five games; null before there are five'),
  change: z.number().nullable().describe('median of the last three games, less the baseline'),
  detectable_change: z.number().nullable().describe('a smaller change is none'),
};

export const MetricReport = Metric.extend({
  title: z.string(),
  better: z.enum(['higher', 'lower', 'neither']),
  ...against,
});
export type MetricReport = z.infer<typeof MetricReport>;

/** How the game compares as a whole: 50 is the player's own baseline. */
export const ProgressScore = z.object({
  value: z.number().min(0).max(100).nullable(),
  baseline: z.number().nullable(),
  change: z.number().nullable(),
  detectable_change: z.number().nullable(),
  parts: z
    .array(z.object({ metric: MetricKey, points: z.number().describe('0 to 100; 50 is the baseline') }))
    .describe('the metrics it is the mean of'),
});
export type ProgressScore = z.infer<typeof ProgressScore>;

export const GloveHand = z.enum(['left', 'right', 'both']);
export type GloveHand = z.infer<typeof GloveHand>;

/** What a game's sensor data came to. Every metric is listed; one without a value says why. */
export const ProgressReply = z.object({
  game_id: Id,
  processing_event_id: z.uuid(),
  state: z.enum(['done', 'failed']),
  code: z.string().nullable().describe('why the analysis failed, or what it had to leave out'),
  algo_version: z.string(),
  hand: GloveHand.nullable(),
  comparable: z.boolean(),
  why: z.string().nullable().describe('a code: why the game is not held against others'),
  status: ProgressStatus,
  score: ProgressScore,
  metrics: z.record(MetricKey, MetricReport),
  computed_at: Moment,
  supersedes: z.uuid().nullable().describe('the processing event of an older algorithm'),
});
export type ProgressReply = z.infer<typeof ProgressReply>;

/** What is said of a game's result in a few words: on a screen beside the seat, on the guest's own page. */
export const ResultSummary = z.object({
  state: z.enum(['pending', 'done', 'failed']),
  status: ProgressStatus.nullable().describe('null while it is pending, or where it failed'),
  highlights: z
    .array(
      z.object({
        metric: MetricKey,
        title: z.string(),
        value: z.number(),
        unit: z.string(),
        status: ProgressStatus,
      }),
    )
    .max(3)
    .describe('what has changed before what has not'),
});
export type ResultSummary = z.infer<typeof ResultSummary>;

/** Who plays at a station, or played last, as everybody may see it, and what the game came to. */
export const StationResult = z.object({
  station: z.object({ id: Id, name: z.string(), device: DeviceName.nullable() }),
  game: z
    .object({
      id: Id,
      state: z.enum(['confirmed', 'playing', 'completed']),
      ticket: z.string(),
      initials: z.string(),
      score: z.number().nullable(),
      page_url: z.string().describe('the guest’s own page'),
    })
    .nullable()
    .describe('null when nobody has played for half an hour'),
  result: ResultSummary.nullable().describe('of a completed game; null when nothing of it was recorded'),
});
export type StationResult = z.infer<typeof StationResult>;

/** The answer while a game is being analysed; `Retry-After` says when to ask again. */
export const ProgressPending = z.object({
  state: z.literal('pending'),
  game_id: Id,
  processing_event_id: z.uuid(),
  retry_after_seconds: z.number().int(),
});
export type ProgressPending = z.infer<typeof ProgressPending>;

/** What the player is told of an analysed game: the payload of an event of type `reconciliation`. */
export const Reconciliation = ProgressReply.omit({ state: true, hand: true });
export type Reconciliation = z.infer<typeof Reconciliation>;

/** One metric over a player's games, oldest first, with the band in which a change is none. */
export const MetricHistory = z.object({
  title: z.string(),
  unit: z.string(),
  better: z.enum(['higher', 'lower', 'neither']),
  ...against,
  points: z.array(
    z.object({ game_id: Id, at: Moment, value: z.number().nullable(), status: ProgressStatus }),
  ),
});
export type MetricHistory = z.infer<typeof MetricHistory>;

/** Games that can be held against each other: of one hand, attraction and class of glove. */
export const ProgressSeries = z.object({
  hand: GloveHand.nullable(),
  attraction: Slug,
  glove_class: z.string(),
  algo_version: z.string(),
  status: ProgressStatus,
  games: z.array(
    z.object({
      game_id: Id,
      at: Moment,
      comparable: z.boolean(),
      why: z.string().nullable(),
      status: ProgressStatus,
      score: z.number().nullable(),
    }),
  ),
  metrics: z.record(MetricKey, MetricHistory),
});
export type ProgressSeries = z.infer<typeof ProgressSeries>;

export const ProgressHistory = z.object({ player_id: Id, series: z.array(ProgressSeries) });
export type ProgressHistory = z.infer<typeof ProgressHistory>;

/** Of `POST /game`: a game that was played away from the floor, with what a phone recorded of it. */
export const PhoneGameInput = z.strictObject({
  score: z.number().int().min(0).max(1_000_000_000),
  distance: z.number().min(0).max(1_000_000).optional().describe('metres; `derby` needs it'),
  homeruns: z.number().int().min(0).max(1_000_000).optional().describe('`derby` needs it'),
  sensor_data: z.strictObject({
    rate_hz: z.number().min(1).max(1_000),
    channels: z
      .array(z.string().regex(/^[a-z][a-z0-9_]{0,31}$/u))
      .min(1)
      .max(32)
      .describe(
        'thumb index middle ring pinky (0 open, 1 fist), gx gy gz (rad/s), ax ay az (m/s² with gravity) or lx ly lz (without), qw qx qy qz; others are stored and not analysed',
      ),
    samples: z.array(z.array(z.number())).min(1).describe('a row per sample, a number per channel'),
  }),
  hand: z.enum(['left', 'right']).optional(),
  started_at: Moment.optional(),
  attraction: Slug.default('glove'),
});
export type PhoneGameInput = z.infer<typeof PhoneGameInput>;

/** All of it but the samples, which are too many to be looked at one by one by a schema. */
export const PhoneGameHead = PhoneGameInput.extend({
  sensor_data: PhoneGameInput.shape.sensor_data.omit({ samples: true }),
});
export type PhoneGameHead = z.infer<typeof PhoneGameHead>;

/** Bytes of a body of `POST /game`, before and after it is inflated. */
export const phoneGameLimit = 64 * 1024 * 1024;

export const PhoneGameReply = z.object({ game_id: Id, processing_event_id: z.uuid() });
export type PhoneGameReply = z.infer<typeof PhoneGameReply>;

export const ReanalyseInput = z.strictObject({
  since: Moment.optional().describe('games completed since then'),
  player_id: Id.optional(),
});
export const ReanalyseReply = z.object({
  algo_version: z.string(),
  games: z
    .number()
    .int()
    .describe('analysed by an older version; those whose recordings are kept are analysed anew, one by one'),
});
export type ReanalyseReply = z.infer<typeof ReanalyseReply>;
