import { defineProblems } from '../../platform/errors.ts';

export const gloveProblems = defineProblems({
  glove_away: {
    status: 409,
    title: 'The glove is not there.',
    cause: 'Nothing can be sent to a glove that has no connection.',
    remedy: 'See whether it is switched on; its condition is in `GET /api/gloves`.',
  },
  glove_feels_nothing: {
    status: 422,
    title: 'The glove takes no feedback.',
    cause: 'The format that it speaks has no way to say it.',
    remedy: 'Send feedback to gloves of the wires `frame`, `alpha` and `legacy`.',
  },
});
