import type { Language } from '../../../contract/players.ts';
import {
  defineTable,
  flag,
  integer,
  media,
  moment,
  nullable,
  type RowOf,
  text,
} from '../../platform/database/table.ts';

/** A person; a guest until a user belongs to them. */
export const players = defineTable('players', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('identifier'),
    name: text('personal'),
    /** E.164. */
    phone: nullable(text('personal')),
    email: nullable(text('personal')),
    birth_year: nullable(integer('personal')),
    /** Name in the media store, with its extension. */
    photo: nullable(media('personal')),
    /** In which texts and the guest's page speak to them. */
    language: text<Language>('personal'),
    created_at: moment('none'),
  },
});
export type PlayerRow = RowOf<typeof players>;

export type ConsentKind = 'sms' | 'marketing' | 'photo' | 'sensor' | 'guardian';

/** Every yes and no, in order: what was agreed to, when, to which text, and who wrote it down. Never changed. */
export const consents = defineTable('consents', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('identifier'),
    player_id: text('identifier'),
    kind: text<ConsentKind>('none'),
    granted: flag('personal'),
    text_version: text('none'),
    recorded_by: text('personal'),
    at: moment('none'),
  },
});
export type ConsentRow = RowOf<typeof consents>;

/** Who told us: the phone's owner by a text, their carrier, or staff whom they asked. */
export type OptOutSource = 'text' | 'carrier' | 'staff';

/** Every word of a phone's owner on being texted, in order. The last one counts; rows are only ever added. */
export const optOuts = defineTable('opt_outs', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('identifier'),
    /** E.164. */
    phone: text('personal'),
    opted_out: flag('personal'),
    source: text<OptOutSource>('none'),
    words: nullable(text('personal')),
    at: moment('none'),
  },
});
export type OptOutRow = RowOf<typeof optOuts>;
