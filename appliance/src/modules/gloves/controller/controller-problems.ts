import { defineProblems } from '../../../platform/errors.ts';

export const controllerProblems = defineProblems({
  glove_not_calibrated: {
    status: 409,
    title: 'The glove does not know the hand yet.',
    cause: 'A paddle needs to know an open hand from a closed one, and nobody has calibrated this glove.',
    remedy: 'Calibrate it: `POST /api/gloves/{name}/calibration`.',
  },
  glove_cannot_swing: {
    status: 409,
    title: 'The glove does not feel how it turns.',
    cause: 'A swing is found by a gyroscope, and what this glove sends holds none.',
    remedy: 'Use a glove with a motion sensor, or steer a paddle with this one.',
  },
});
