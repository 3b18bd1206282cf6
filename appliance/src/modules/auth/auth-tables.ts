import type { Role } from '../../../contract/auth.ts';
import { defineTable, integer, moment, nullable, type RowOf, text } from '../../platform/database/table.ts';

/** Everybody and everything that can sign in. */
export const users = defineTable('users', {
  replication: 'replicated',
  key: ['id'],
  columns: {
    id: text('identifier'),
    username: text('personal'),
    /** The name as it is compared: two users never differ by case or accents' encoding alone. */
    username_key: text('personal'),
    role: text<Role>('none'),
    password_hash: text('secret'),
    player_id: nullable(text('identifier')),
    created_at: moment('none'),
    disabled_at: nullable(moment('none')),
  },
});
export type UserRow = RowOf<typeof users>;

/** One sign-in. A token belongs to a session and dies with it. */
export const sessions = defineTable('sessions', {
  replication: 'local',
  key: ['id'],
  columns: {
    id: text('identifier'),
    user_id: text('identifier'),
    created_at: moment('none'),
    expires_at: moment('none'),
    ended_at: nullable(moment('none')),
  },
});
export type SessionRow = RowOf<typeof sessions>;

/** Failed sign-ins, kept on disk so that a restart gives nobody new tries. */
export const signInFailures = defineTable('sign_in_failures', {
  replication: 'local',
  key: ['subject'],
  columns: {
    /** `user:<username key>@<ip>` or `address:<ip>`. */
    subject: text('personal'),
    failures: integer('none'),
    first_at: moment('none'),
  },
});
export type SignInFailureRow = RowOf<typeof signInFailures>;
