import type { Session } from '../../../contract/sessions.ts';
import { toMoment, toMomentOrNull } from '../../platform/clock.ts';
import type { SessionRow } from './sessions-tables.ts';

export const sessionView = (row: SessionRow): Session => ({
  id: row.id,
  game_id: row.game_id,
  player_id: row.player_id,
  glove: row.glove,
  hand: row.hand,
  glove_class: row.glove_class,
  way: row.way,
  state: row.state,
  comparable: row.comparable === 1,
  why_not: row.why_not,
  samples: row.samples,
  lost: row.lost,
  rejected: row.rejected,
  kept: row.kept,
  started_at: toMoment(row.started_at),
  ended_at: toMomentOrNull(row.ended_at),
  processed_at: toMomentOrNull(row.processed_at),
});
