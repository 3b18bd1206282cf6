import { type Placeholders, queriesOver } from '../../../platform/database/query.ts';
import type { GloveCalibrationRow } from '../gloves-tables.ts';

const query = queriesOver<{ glove_calibrations: GloveCalibrationRow }>();

/** Newest first. */
export const calibrationsOfPlayer = query((db, p: Placeholders<{ player_id: string; limit: number }>) =>
  db
    .selectFrom('glove_calibrations')
    .selectAll()
    .where('player_id', '=', p.player_id)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(p.limit),
);
