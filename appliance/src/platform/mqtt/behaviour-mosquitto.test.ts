import { describe, expect, test } from 'vitest';
import { aMosquitto, noMosquitto, withoutMosquitto } from '../../testing/mosquitto.ts';
import { scenarios } from '../../testing/mqtt-scenarios/scenarios.ts';
import { join } from '../../testing/mqtt-world.ts';

describe.skipIf(noMosquitto)(`what a client sees of Mosquitto${withoutMosquitto}`, () => {
  test.each(scenarios)('$name', async ({ run, seen, mosquitto }) => {
    const { port } = await aMosquitto();
    expect(await run((name, joining) => join(port, name, joining))).toEqual(mosquitto?.seen ?? seen);
  });
});
