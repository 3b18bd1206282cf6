import type { MessageKind } from '../../../contract/messaging.ts';
import type { GameRow } from '../games/index.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** A text leaves this long after what it tells, so that an undo right away takes it back too. */
export const undoGraceMs = 5 * second;

/** A call that arrives with less time left than this is of no use to anybody. */
export const readingMs = 10 * second;

/** So shortly before its end a text does not wait for a busy carrier while another is free. */
export const urgentMs = 60 * second;

/** For so long a carrier is asked what became of a text. */
export const lookUpForMs = 24 * hour;

/** Told again after this by no carrier: a report of an unknown reference is forgotten. */
export const earlyReportsKeptMs = 24 * hour;

export const retryBackoff = { baseMs: 2 * second, capMs: 5 * minute };
export const lookUpBackoff = { baseMs: 4 * second, capMs: 5 * minute };

interface Manner {
  /** 0 goes first. */
  readonly priority: number;
  /** From when it is written until it is pointless; null: until the grace of the call is over. */
  readonly lifetimeMs: number | null;
  /** `asked`: the guest's own text is answered. */
  readonly sort: 'call' | 'notice' | 'asked';
}

/** What is sent before what, and how long it is worth sending. */
export const manners: Readonly<Record<MessageKind, Manner>> = {
  recall: { priority: 0, lifetimeMs: null, sort: 'call' },
  reminder: { priority: 1, lifetimeMs: null, sort: 'call' },
  confirmed: { priority: 2, lifetimeMs: 5 * minute, sort: 'asked' },
  on_hold: { priority: 2, lifetimeMs: 5 * minute, sort: 'asked' },
  left_list: { priority: 2, lifetimeMs: 5 * minute, sort: 'asked' },
  opted_out: { priority: 2, lifetimeMs: 5 * minute, sort: 'asked' },
  opted_in: { priority: 2, lifetimeMs: 5 * minute, sort: 'asked' },
  help: { priority: 2, lifetimeMs: 5 * minute, sort: 'asked' },
  close: { priority: 3, lifetimeMs: 10 * minute, sort: 'call' },
  souvenir: { priority: 4, lifetimeMs: 48 * hour, sort: 'notice' },
};

/** Whether the game is still in the state that the text speaks of. */
export function isNeeded(kind: MessageKind, game: Pick<GameRow, 'state'>): boolean {
  if (kind === 'recall' || kind === 'reminder') return game.state === 'recalled';
  if (kind === 'close') return game.state === 'queued';
  if (kind === 'souvenir') return game.state === 'completed';
  return true;
}

/** What is known of the guest, and of the hour, when a text is about to be written or sent. */
export interface Circumstances {
  readonly consent: boolean;
  readonly optedOut: boolean;
  /** When the quiet hours end; null when there are none now. */
  readonly quietUntil: number | null;
  /** Whether calls keep the quiet hours, too. */
  readonly holdCalls: boolean;
}

export type Objection =
  | { readonly drop: 'no_consent' | 'opted_out' | 'quiet_hours' }
  | { readonly hold: 'quiet_hours'; readonly until: number };

/**
 * What speaks against a text now, or null. Who texts us is answered, consent or not; who has opted out is told of
 * that, and helped when they ask, and nothing else. A call is asked for minutes before, so it is exempt from quiet
 * hours unless the venue says otherwise, and then it cannot wait.
 */
export function objectionTo(kind: MessageKind, circumstances: Circumstances): Objection | null {
  const { consent, optedOut, quietUntil, holdCalls } = circumstances;
  const { sort } = manners[kind];
  if (optedOut && kind !== 'opted_out' && kind !== 'help') return { drop: 'opted_out' };
  if (!consent && sort !== 'asked') return { drop: 'no_consent' };
  if (quietUntil === null || sort === 'asked') return null;
  if (sort === 'notice') return { hold: 'quiet_hours', until: quietUntil };
  return holdCalls ? { drop: 'quiet_hours' } : null;
}
