import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { RigEventPayload } from '../../../contract/rigs.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTestAppliance } from '../../testing/test-appliance.ts';
import { aRigAtStation, aSpool, confirmedAt, connectDevice } from '../../testing/test-rigs.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../../docs/rigs/README.md'), 'utf8');
const examples = [...guide.matchAll(/^```json\n(?<json>[\s\S]*?)^```$/gmu)].map((match) =>
  JSON.parse(match.groups?.['json'] ?? ''),
);

const clock = createFakeClock();
const venue = await aTestAppliance({ clock });
afterAll(venue.stop);

/** By how much the rig's clock is fast. */
const fastMs = 3_000;
const travelMs = 20;

/** A rig in a game, all of whose messages take as long. */
async function aRigInAGame(measured: { clock_offset_ms?: number; clock_round_trip_ms?: number }) {
  const rig = await aRigAtStation(venue, 'glove');
  const gameId = (await confirmedAt(venue, rig)).id;
  const device = await connectDevice(venue, rig);
  await device.say({ state: 'idle', game_id: null, ...measured });
  const deviceUs = (at: number) => (at + fastMs) * 1_000;
  await device.tell({ ...aSpool(gameId).started(), t_us: deviceUs(clock.now() - travelMs) });
  let seq = 100;
  /** Tells the example as of a signal at this moment of the venue; answers when the venue says that it was. */
  return async function told(visibleAt: number): Promise<number> {
    seq += 1;
    const stamps = { seq, game_id: gameId, t_us: deviceUs(visibleAt) };
    await device.tell(RigEventPayload.parse({ ...examples[0], ...stamps }));
    const { items } = (await venue.get(`/api/rig-events?game_id=${gameId}`, { as: 'user' })).body;
    const cue = items.find((item: { seq: number }) => item.seq === seq);
    expect(cue).toMatchObject({ type: 'cue', outcome: 'applied', data: { data: examples[0].data } });
    return Date.parse(cue.venue_at);
  };
}
const measured = { clock_offset_ms: -fastMs, clock_round_trip_ms: 4 };

describe('a signal that the guide tells of', () => {
  test('was visible when the rig says, by the venue’s clock', async () => {
    expect(examples).toHaveLength(1);
    const told = await aRigInAGame(measured);
    const visibleAt = clock.now();
    await clock.advance(travelMs);
    expect(await told(visibleAt)).toBe(visibleAt);
  });

  test('seems as much later as a message takes, of a rig that has not measured its clock', async () => {
    const told = await aRigInAGame({});
    const visibleAt = clock.now();
    await clock.advance(travelMs);
    expect(await told(visibleAt)).toBe(visibleAt + travelMs);
  });

  test('is never in the future, and who tells so is taken to have a fast clock', async () => {
    const told = await aRigInAGame(measured);
    const now = clock.now();
    expect(await told(now + 200)).toBe(now);
    await clock.advance(1_000);
    expect(await told(clock.now())).toBe(clock.now() - 200);
  });
});
