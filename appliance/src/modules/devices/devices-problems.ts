import { defineProblems } from '../../platform/errors.ts';

export const deviceProblems = defineProblems({
  device_exists: {
    status: 409,
    title: 'A device with that name is enrolled already.',
    cause: 'A device’s name is its MQTT name and has to be unique.',
    remedy: 'Choose another name, or revoke the old device and enrol it under a new one.',
  },
  device_is_revoked: {
    status: 409,
    title: 'The device is revoked.',
    cause: 'It may not sign in any more, so nothing can be asked of it.',
    remedy: 'Enrol a device in its place.',
  },
  unsuitable_command: {
    status: 422,
    title: 'A device of this kind does not take that command.',
    cause: 'Rigs know other commands than tablets and boards.',
    remedy: 'Choose a command of its kind.',
  },
  too_many_commands: {
    status: 409,
    title: 'Too many commands wait for the device.',
    cause: 'The device is away, or does not answer.',
    remedy: 'See whether it is on; the commands that wait expire by themselves.',
  },
  unknown_command: {
    status: 404,
    title: 'The device was not asked that.',
    cause: 'A device replied to a command that is not there, or is another device’s.',
    remedy: 'A device answers the commands of its own topic, once each.',
  },
  command_over: {
    status: 410,
    title: 'The command had expired.',
    cause: 'The device replied after the command’s `expires_at`.',
    remedy: 'A device that gets a late command refuses it; see whether its clock is right.',
  },
});
