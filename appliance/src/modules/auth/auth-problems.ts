import { defineProblems } from '../../platform/errors.ts';

export const authProblems = defineProblems({
  wrong_credentials: {
    status: 401,
    title: 'Name or password is wrong.',
    cause: 'No user has this name and password. It does not say which of the two is wrong.',
    remedy: 'Check both; after ten failures the name pauses for fifteen minutes at this address.',
  },
  token_invalid: {
    status: 401,
    title: 'The session has ended.',
    cause: 'The token is malformed, expired, of another venue, or its session was signed out.',
    remedy: 'Sign in again.',
  },
  no_session: {
    status: 409,
    title: 'Only a session has tokens.',
    cause: 'The request signed in with a name and a password of its own, and not at `POST /api/login`.',
    remedy: 'Connect with that name and password, or sign in and ask again.',
  },
  too_many_sign_ins: {
    status: 429,
    title: 'Too many failed sign-ins.',
    cause: 'From this address, ten failures for this name or a hundred in all within fifteen minutes.',
    remedy: 'Wait as long as `Retry-After` says.',
  },
  username_taken: {
    status: 409,
    title: 'That user name is taken.',
    cause: 'Another user has the same name, perhaps in other capitals.',
    remedy: 'Choose another name.',
  },
});
