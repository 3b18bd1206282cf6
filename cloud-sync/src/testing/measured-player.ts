import { aPhoneGame, aPhonePlayer, progressOfGame } from '@dugout/appliance/testing/phone-games.ts';
import type { TestAppliance } from '@dugout/appliance/testing/test-appliance.ts';
import { insertRow } from './insert-row.ts';

/** A player of a venue of whom gloves have measured something: a glove, a calibration, and games that are analysed. */
export async function aMeasuredPlayer(venue: TestAppliance, reaches: readonly number[] = [0.9, 0.7]) {
  const player = await aPhonePlayer(venue);
  const games: string[] = [];
  for (const reach of reaches) {
    const posted = await venue.post('/game', { as: player.as, body: aPhoneGame({ reach, seconds: 5 }) });
    if (posted.status !== 200) throw new Error(`a game was not taken: ${JSON.stringify(posted.body)}`);
    await progressOfGame(venue, player, posted.body.game_id);
    games.push(posted.body.game_id);
  }
  await insertRow(venue, 'gloves', aGlove());
  await insertRow(venue, 'glove_calibrations', aCalibration(player.id));
  return { ...player, games };
}
export type MeasuredPlayer = Awaited<ReturnType<typeof aMeasuredPlayer>>;

const aGlove = () => ({
  ...{ name: `glove-${crypto.randomUUID().slice(0, 8)}`, way: 'mqtt', wire: 'frame', hand: 'right' },
  ...{ glove_class: 'frame/15', layout: null, analog_max: 4095, ffb_scale: null, device_auto: null },
  ...{ firmware: '1.0', rate_hz: 99.5, station_id: null, created_at: 1_760_000_000_000, seen_at: null },
});

const aCalibration = (player_id: string) => ({
  ...{ id: crypto.randomUUID(), glove: 'glove-1', player_id, hand: 'right', method: 'guided' },
  ...{ lo: '{"thumb":100}', hi: '{"thumb":900}', rest: '{"gyro_bias":null,"pose":null}' },
  quality: '{"quality":"good","reasons":[],"channels":{"thumb":{"quality":"good","reasons":[]}}}',
  ...{ drifted: 0, drift: null, checked_at: null, at: 1_760_000_000_000 },
});
