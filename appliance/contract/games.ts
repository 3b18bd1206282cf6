import { z } from 'zod';
import { Id, Line, Moment, pageOf, pageQuery, Slug } from './common.ts';
import { PlayerDetails } from './players.ts';

export const gameStates = [
  'new',
  'queued',
  'recalled',
  'confirmed',
  'playing',
  'completed',
  'held',
  'no_show',
  'cancelled',
] as const;
export const GameState = z.enum(gameStates);
export type GameState = z.infer<typeof GameState>;

export const gameActions = [
  'queue',
  'recall',
  'confirm',
  'play',
  'complete',
  'hold',
  'no-show',
  'cancel',
  'abort',
  'remind',
  'undo',
] as const;
export const GameAction = z.enum(gameActions);
export type GameAction = z.infer<typeof GameAction>;

export const GameInput = z
  .strictObject({
    player_id: Id.optional(),
    player: PlayerDetails.optional(),
    attraction: Slug.default('derby'),
    party_size: z.number().int().min(1).max(50).default(1),
  })
  .refine((input) => (input.player_id === undefined) !== (input.player === undefined), {
    message: 'give either player_id or player',
    path: ['player'],
  });
export type GameInput = z.infer<typeof GameInput>;

/** Body of every action but `complete`. */
export const ActionInput = z.strictObject({
  reason: Line(200).optional(),
  override: z.boolean().optional().describe('confirm a new guest although others wait; staff only'),
  station_id: Id.optional().describe('where the guest plays'),
});
export type ActionInput = z.infer<typeof ActionInput>;

/** Result of a game. `derby` requires all three; every other attraction requires `score` alone. */
export const CompleteInput = z.strictObject({
  score: z.number().int().min(0).max(1_000_000_000),
  distance: z.number().min(0).max(1_000_000).optional().describe('metres'),
  homeruns: z.number().int().min(0).max(1_000_000).optional(),
  reason: Line(200).optional(),
});
export type CompleteInput = z.infer<typeof CompleteInput>;

/** What happened to the rig in the middle of the game; until the game takes its next step. */
export const GameNotice = z.enum(['rig_lost', 'rig_resumed', 'rig_aborted', 'result_conflict']);
export type GameNotice = z.infer<typeof GameNotice>;

/** The last text to the guest about this game, as staff see it on the row. */
export const GameMessage = z.object({ kind: z.string(), state: z.string(), reason: z.string().nullable() });
export type GameMessage = z.infer<typeof GameMessage>;

/**
 * How loudly a called guest is looked for: by a text and the board, then on the board more loudly, then by the chime of
 * the tablets, and at last by staff who go and find them. Each holds what the one before it does.
 */
export const rungs = ['text', 'board', 'tablet', 'staff'] as const;
export const Rung = z.enum(rungs);
export type Rung = z.infer<typeof Rung>;

/** Grows over the whole venue with each call, reminder and rung. */
export const CallNumber = z.number().int().nonnegative();

/** How a called guest is looked for now. */
export const GameRecall = z.object({
  rung: Rung,
  reason: z
    .string()
    .nullable()
    .describe('why not by a text alone (no_phone, unanswered, …); null while the text is on its way'),
  at: Moment.describe('since when'),
  call: CallNumber,
});

/** What a guest can say about coming: by text, or on their own page. */
export const GuestAnswer = z.enum(['coming', 'more_time', 'leaving']);
export type GuestAnswer = z.infer<typeof GuestAnswer>;

export const Game = z.object({
  id: Id,
  state: GameState,
  ticket: z.string().describe('short spoken code, A042'),
  attraction: Slug,
  party_size: z.number().int(),
  player_id: Id,
  player: z.object({
    id: Id,
    name: z.string(),
    phone: z.string().nullable(),
    email: z.string().nullable(),
    has_photo: z.boolean(),
  }),
  station_id: Id.nullable(),
  score: z.number().int().nullable(),
  distance: z.number().nullable(),
  homeruns: z.number().int().nullable(),
  recall_count: z.number().int().describe('times called in this turn'),
  created_at: Moment,
  queued_at: Moment.nullable(),
  recalled_at: Moment.nullable(),
  grace_until: Moment.nullable().describe('when a called guest becomes a no-show'),
  confirmed_at: Moment.nullable(),
  played_at: Moment.nullable().describe('start of play'),
  completed_at: Moment.nullable(),
  state_at: Moment.describe('when it entered its state'),
  interrupted_until: Moment.nullable().describe(
    'its rig is gone; when the game is given back unless the rig is there again',
  ),
  notice: GameNotice.nullable().describe('what happened to the rig in the middle of the game'),
  page_url: z.string().describe("the guest's own short page: place and wait now, score and souvenir later"),
  message: GameMessage.nullable(),
  recall: GameRecall.nullable().describe('null for a guest who is not called'),
  answer: z
    .object({ said: GuestAnswer, at: Moment })
    .nullable()
    .describe('what the guest last said about coming'),
  allowed: z.array(GameAction).describe('actions that are possible from this state'),
});
export type Game = z.infer<typeof Game>;

/** Answer of an action: the game, and what could not be taken back or done (`text_already_sent`, …). */
export const GameReply = Game.extend({ warnings: z.array(z.string()) });
export type GameReply = z.infer<typeof GameReply>;

export const GameQuery = z.object({
  state: GameState.optional(),
  attraction: Slug.optional(),
  player_id: Id.optional(),
  ...pageQuery,
});
export const GamePage = pageOf(Game);
export type GamePage = z.infer<typeof GamePage>;

/** One row of a game's history: who, which device, when, from, to, why. */
export const GameTransition = z.object({
  id: Id,
  action: z.string(),
  from: GameState.nullable(),
  to: GameState,
  at: Moment,
  actor: z.string().describe('username, or "appliance" for a timer'),
  actor_role: z.string(),
  reason: z.string().nullable(),
  undone: z.boolean(),
});
export type GameTransition = z.infer<typeof GameTransition>;
export const GameHistory = z.object({ items: z.array(GameTransition) });
export type GameHistory = z.infer<typeof GameHistory>;
