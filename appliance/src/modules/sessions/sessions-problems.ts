import { defineProblems } from '../../platform/errors.ts';

export const sessionsProblems = defineProblems({
  recording_gone: {
    status: 410,
    title: 'Nothing is kept of this recording.',
    cause:
      'Its time was over, it was erased, its game did not come to a result, or the venue was rebuilt without it.',
    remedy: 'Nothing to do: what was found in it stands in the progress of its game.',
  },
});
