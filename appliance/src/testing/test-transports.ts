import { onTestFinished } from 'vitest';
import { mosquittoAcl } from '../platform/mqtt/external-acl.ts';
import { describeAppliance } from '../reference.ts';
import { aMosquitto, type Mosquitto, noMosquitto } from './mosquitto.ts';
import { aTestAppliance, testPassword } from './test-appliance.ts';
import { until } from './test-broker.ts';

/** For `describe.each`: what holds for devices over one transport holds over the other. */
export const transports = ['the embedded broker', 'an outside broker'] as const;
export type TransportUnderTest = (typeof transports)[number];

/** For `describe.skipIf` or `test.skipIf` within them. */
export const cannotTest = (transport: TransportUnderTest): boolean =>
  transport === 'an outside broker' && noMosquitto;

const appliance = { name: 'dugout', password: 'of the appliance' };
const devices = [
  { name: 'mlbtablet', role: 'tablet' },
  { name: 'mlbvrgame', role: 'rig' },
  { name: 'user', role: 'admin' },
] as const;

/** A Mosquitto that knows the automatic users and the appliance, and holds them to their grants. */
export const aListedMosquitto = (): Promise<Mosquitto> =>
  aMosquitto({
    users: {
      [appliance.name]: appliance.password,
      ...Object.fromEntries(devices.map(({ name }) => [name, testPassword])),
    },
    acl: mosquittoAcl({
      site: 'labs',
      topics: describeAppliance().topics,
      appliance: appliance.name,
      users: devices,
    }),
  });

export const urlFor = ({ port }: Pick<Mosquitto, 'port'>): string =>
  `mqtt://${appliance.name}:${encodeURIComponent(appliance.password)}@127.0.0.1:${port}`;

/** A whole appliance whose devices are at `broker`; both are gone when the test is over. */
export async function aVenueOver(transport: TransportUnderTest) {
  const outside = transport === 'an outside broker' ? await aListedMosquitto() : null;
  const venue = await aTestAppliance(
    outside === null ? {} : { environment: { DUGOUT_MQTT_URL: urlFor(outside) } },
  );
  onTestFinished(venue.stop);
  await until(async () => (await venue.get('/readyz')).status === 200);
  return { venue, broker: outside?.url ?? `mqtt://127.0.0.1:${venue.ports.mqtt}` };
}
