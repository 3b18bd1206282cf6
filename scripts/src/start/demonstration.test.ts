import { expect, test } from 'vitest';
import { loadConfig } from '../../../appliance/src/config.ts';
import { demonstration } from './demonstration.ts';

test('the appliance of a demonstration sends to where the simulation stands', async () => {
  const { settings, simulation } = await demonstration({}, '/srv/dugout');
  const { texts } = loadConfig({ DUGOUT_SECRET_KEY: 'not used by the demonstration', ...settings });
  const [twilio] = texts.carriers;
  if (twilio?.name !== 'twilio') throw new Error('Twilio is not the first');
  expect(twilio.apiUrl).toBe(`http://127.0.0.1:${simulation[simulation.indexOf('--twilio') + 1]}`);
  const [, modem] = texts.carriers;
  expect(simulation.includes('--modem')).toBe(modem !== undefined);
});

test('who has chosen how texts leave keeps that, and it is not taken away', async () => {
  const { settings, simulation } = await demonstration({ DUGOUT_SMS: 'log' }, '/srv/dugout');
  expect(settings).toEqual({});
  expect(simulation.slice(-2)).toEqual(['--faults', 'rig']);
});
