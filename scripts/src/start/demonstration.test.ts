import { expect, test } from 'vitest';
import { loadConfig } from '../../../appliance/src/config.ts';
import { demonstration } from './demonstration.ts';

test('the appliance of a demonstration sends to where the simulation stands', async () => {
  const { settings, simulation } = await demonstration({}, '/srv/dugout', 8100);
  const { texts, gloves } = loadConfig({ DUGOUT_SECRET_KEY: 'not used by the demonstration', ...settings });
  const [twilio] = texts.carriers;
  if (twilio?.name !== 'twilio') throw new Error('Twilio is not the first');
  expect(twilio.apiUrl).toBe(`http://127.0.0.1:${simulation[simulation.indexOf('--twilio') + 1]}`);
  expect(gloves.tcpPort).toBeGreaterThan(0);
  expect(simulation).toContain('--gloves');
  const [, modem] = texts.carriers;
  expect(simulation.includes('--modem')).toBe(modem !== undefined);
});

test('who has chosen how texts leave keeps that, and it is not taken away', async () => {
  const { settings, simulation } = await demonstration({ DUGOUT_SMS: 'log' }, '/srv/dugout', 8100);
  expect(settings).toEqual({});
  expect(simulation).not.toContain('--twilio');
  expect(simulation.slice(-2)).toEqual(['--faults', 'wan,rig,wan,glove']);
});

test('the daemon of a demonstration reaches the cloud on the way that the simulation can cut', async () => {
  const { simulation, daemonsWay } = await demonstration({}, '/srv/dugout', 8100);
  const way = new URL(daemonsWay('postgresql://owner:a%2Fb@db.example:5432/dugout?sslmode=prefer'));
  expect(way.port).toBe(simulation[simulation.indexOf('--wan') + 1]);
  expect(way.hostname).toBe('127.0.0.1');
  expect([way.username, way.password, way.pathname]).toEqual(['owner', 'a%2Fb', '/dugout']);
});
