import { freePort } from '../../appliance/src/free-port.ts';
import { aTestAppliance, type TestAppliance } from '../../appliance/src/testing/test-appliance.ts';

/** A venue whose appliance can be switched off and on again, at the same address and with the same data. */
export interface Venue {
  readonly url: string;
  appliance(): TestAppliance;
  switchOff(): Promise<void>;
  switchOn(): Promise<void>;
}

export async function aVenue(directory: string): Promise<Venue> {
  const [http, mqtt] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${http}`;
  const environment = {
    DUGOUT_HTTP_PORT: String(http),
    DUGOUT_MQTT_PORT: String(mqtt),
    // A guest's phone is this machine too.
    DUGOUT_PUBLIC_URL: url,
  };
  const start = () => aTestAppliance({ directory, environment });
  let running = await start();
  return {
    url,
    appliance: () => running,
    switchOff: () => running.stop(),
    async switchOn() {
      running = await start();
    },
  };
}
