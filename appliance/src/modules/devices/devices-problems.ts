import { defineProblems } from '../../platform/errors.ts';

export const deviceProblems = defineProblems({
  device_exists: {
    status: 409,
    title: 'A device with that name is enrolled already.',
    cause: 'A device’s name is its MQTT name and has to be unique.',
    remedy: 'Choose another name, or revoke the old device and enrol it under a new one.',
  },
});
