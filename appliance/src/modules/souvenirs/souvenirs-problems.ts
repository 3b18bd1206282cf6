import { defineProblems } from '../../platform/errors.ts';

export const souvenirProblems = defineProblems({
  no_souvenir: {
    status: 404,
    title: 'There is no souvenir yet.',
    cause: 'A souvenir is made when the game is completed.',
    remedy: 'Ask again after the game.',
  },
  souvenir_expired: {
    status: 410,
    title: 'This souvenir is not kept any longer.',
    cause: 'Souvenirs are shown for thirty days; then their pictures are deleted.',
    remedy: 'Use the copy that was downloaded or printed.',
  },
  souvenir_failed: {
    status: 503,
    title: 'The souvenir could not be made.',
    cause: 'Every attempt to draw it failed; staff see why among the failed jobs.',
    remedy: 'Have staff retry the job `souvenir.render`.',
  },
});
