import { defineTable, media, moment, nullable, type RowOf, text } from '../../platform/database/table.ts';

/** `expired`: its pictures are gone, and the row says that there were some. */
export type SouvenirState = 'waiting' | 'ready' | 'failed' | 'expired';

/** The souvenir of a completed game. Pictures are names in the media store. */
export const souvenirs = defineTable('souvenirs', {
  replication: 'replicated',
  key: ['game_id'],
  columns: {
    game_id: text('identifier'),
    state: text<SouvenirState>('none'),
    print: nullable(media('personal')),
    story: nullable(media('personal')),
    thumbnail: nullable(media('personal')),
    /** The guest's photo that is on it. */
    photo: nullable(media('personal')),
    created_at: moment('none'),
    rendered_at: nullable(moment('none')),
    /** From then on nobody is shown it. */
    expires_at: moment('none'),
  },
});
export type SouvenirRow = RowOf<typeof souvenirs>;
