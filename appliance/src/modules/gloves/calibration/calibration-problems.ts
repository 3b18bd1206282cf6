import { defineProblems } from '../../../platform/errors.ts';

export const calibrationProblems = defineProblems({
  no_calibration: {
    status: 404,
    title: 'No calibration of this glove is under way.',
    cause:
      'None was begun, the last one ended a while ago, or the appliance was restarted in the middle of it: what is not finished is not kept.',
    remedy: 'Begin one with `POST /api/gloves/{name}/calibration`.',
  },
  calibration_under_way: {
    status: 409,
    title: 'This glove is being calibrated already.',
    cause: 'Somebody began a calibration of it that has not ended.',
    remedy: 'Go on with that one, or cancel it first.',
  },
  calibration_action_not_now: {
    status: 409,
    title: 'The calibration does not take that now.',
    cause: 'The phase has moved on, or the action has no place in it; `phase` and `allowed` say what has.',
    remedy: 'Read the calibration again and choose from `allowed`.',
  },
  glove_silent: {
    status: 409,
    title: 'The glove sends no samples.',
    cause: 'Nothing was heard of it for five seconds.',
    remedy: 'See whether it is switched on and connected; its condition is in `GET /api/gloves`.',
  },
  glove_calibrates_itself: {
    status: 409,
    title: 'The glove rescales itself all the time.',
    cause:
      'Its firmware stretches each finger to whatever range it has seen so far, so that its readings mean something else from minute to minute. They can be played with, but say nothing of how far a finger reaches, and are marked as not comparable.',
    remedy:
      'Open and close the hand a few times, send `save_travel`, and build the firmware with `CALIBRATION_LOOPS` 0 or more (LucidGloves: AdvancedConfig.h). Then say of the glove that it does not rescale itself (`device_auto` false), and calibrate it here.',
  },
  nothing_to_check: {
    status: 409,
    title: 'There is no calibration to check.',
    cause: 'Neither this player nor anybody else has a finished calibration with this glove.',
    remedy: 'Calibrate the glove first.',
  },
  glove_takes_no_lines: {
    status: 409,
    title: 'The glove cannot be told that.',
    cause: 'It is away, or it has no line on which its firmware reads commands.',
    remedy: 'Connect the glove over USB or Wi-Fi, as LucidGloves do.',
  },
});
