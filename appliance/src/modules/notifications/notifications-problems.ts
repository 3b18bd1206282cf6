import { defineProblems } from '../../platform/errors.ts';

export const notificationProblems = defineProblems({
  invalid_cursor: {
    status: 400,
    title: 'That is no cursor.',
    cause:
      '`since`, or `Last-Event-ID`, is not a text that this appliance gave as `next_cursor` or as an event’s id.',
    remedy: 'Leave it out to begin anew; nothing is lost, and ids say what is known already.',
  },
  foreign_cursor: {
    status: 400,
    title: 'That is the cursor of another player.',
    cause: 'The phone has kept the cursor of whoever was signed in before.',
    remedy: 'Keep a cursor with its player, and leave it out for a new one.',
  },
  too_many_followers: {
    status: 503,
    title: 'Too many phones follow their events.',
    cause: 'This player, or all of them together, hold as many event streams as this appliance serves.',
    remedy: 'Ask for JSON instead, or close a stream; `retry_after_seconds` says when to try again.',
  },
});
