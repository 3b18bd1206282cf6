import type { GameState } from '@dugout/appliance/contract/games.ts';
import { toMoment } from '@dugout/appliance/platform/clock.ts';
import { seededRandom } from '@dugout/appliance/testing/seeded-random.ts';
import type { TestAppliance } from '@dugout/appliance/testing/test-appliance.ts';
import { act, aGame } from '@dugout/appliance/testing/test-games.ts';
import { aPlayer, aUser } from '@dugout/appliance/testing/test-users.ts';
import { insertRow } from './insert-row.ts';

const names = ['Ana Pérez', 'Øyvind', '李小龍', 'Zoë 🧢', "O'Neill", 'ana pérez', 'ÄÖÜ', 'zz', 'Z-1', '_'];
const states: readonly GameState[] = [
  'new',
  'queued',
  'recalled',
  'confirmed',
  'playing',
  'completed',
  'completed',
  'held',
  'no_show',
  'cancelled',
];

/** A venue in the middle of a day: guests in every state, players, devices, texts, results that disagree. */
export async function aBusyFloor(venue: TestAppliance, guests: number, seed: number) {
  const random = seededRandom(seed);
  const one = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const id = () => crypto.randomUUID();
  const { body: floor } = await venue.get('/api/attractions');
  const attractions: string[] = floor.items.map((attraction: { id: string }) => attraction.id);

  const player = await aPlayer(venue, { name: 'Player Önë' });
  const rig = await aUser(venue, 'rig');
  const games: string[] = [];
  for (let guest = 0; guest < guests; guest += 1) {
    const reachable = random() < 0.5;
    const details = {
      attraction: one(attractions),
      party_size: 1 + Math.floor(random() * 4),
      player: {
        name: one(names),
        ...(reachable ? { phone: `+1415555${1000 + guest}`, consent: { sms: true, photo: true } } : {}),
      },
    };
    const state = one(states);
    const game = await aGame(venue, state === 'completed' ? 'playing' : state, details);
    if (state === 'completed') {
      // Few results, so that many share one.
      const body = { score: Math.floor(random() * 3) * 500, distance: random() * 150, homeruns: 2 };
      await act(venue, game.id, 'complete', { body });
    }
    games.push(game.id);
  }
  // Those who are let in past the queue never had a place in it.
  for (const attraction of attractions) {
    const straight = await aGame(venue, 'new', { attraction });
    const { status } = await act(venue, straight.id, 'confirm', { body: { override: true } });
    if (status !== 200) throw new Error('a guest was not let in');
    await aGame(venue, 'confirmed', { attraction });
  }
  const mine = await venue.post('/api/games', { as: 'user', body: { player_id: player.id } });
  const station = { name: 'Rig 1', attraction: 'derby', device: rig.username };
  await venue.post('/api/stations', { as: 'user', body: station });
  await venue.patch('/api/attractions/pong', { as: 'user', body: { paused: true, capacity: 12 } });
  const starts_at = Date.now() - 3_600_000;
  const span = { starts_at: toMoment(starts_at), ends_at: toMoment(starts_at + 7_200_000) };
  for (const name of ['Opening day', 'École']) {
    await venue.post('/api/event-windows', { as: 'user', body: { name, attraction: 'derby', ...span } });
  }
  const { body: devices } = await venue.get('/api/devices', { as: 'user' });
  const device = devices.items.find((other: { name: string }) => other.name === rig.username);
  for (const name of ['identify', 'restart']) {
    const asked = { name, args: {}, ttl_seconds: 600 };
    await venue.post(`/api/devices/${device.id}/commands`, { as: 'user', body: asked });
  }
  for (let seq = 0; seq < 5; seq += 1) {
    await insertRow(venue, 'rig_events', {
      ...{ id: id(), device: rig.username, run: 'run-1', seq, game_id: one(games), type: 'hit' },
      ...{
        data: '{"n":1}',
        device_at_us: 1_760_000_000_000_000 + seq,
        venue_at: starts_at,
        received_at: starts_at,
      },
      ...{ outcome: one(['applied', 'conflict', 'late']), code: one([null, 'late']) },
    });
    await insertRow(venue, 'incoming_texts', {
      ...{
        id: id(),
        carrier: 'log',
        reference: id(),
        phone: '+14155551000',
        body: 'Quién?',
        meaning: 'unclear',
      },
      ...{ outcome: 'to_staff', reason: null, answered_with: null, game_id: one([null, ...games]) },
      ...{ received_at: starts_at + seq, handled_at: null, handled_by: null },
    });
    const counts =
      'guests_signed_up guests_served texts_sent texts_held texts_dropped changes_shipped rows_shipped commands_applied conflicts';
    await insertRow(venue, 'outages', {
      ...{ id: id(), began_at: starts_at + seq, ended_at: starts_at + 9, caught_up_at: starts_at + 10 },
      ...Object.fromEntries(counts.split(' ').map((name) => [name, Math.floor(random() * 100)])),
    });
    await insertRow(venue, 'jobs', {
      ...{ id: id(), kind: 'souvenir.render', unique_key: null, payload: '{}', state: 'dead', attempts: 5 },
      ...{ lease: 1, run_at: starts_at, delay_ms: null, last_error: 'it broke', created_at: starts_at + seq },
    });
  }
  return { games, player, rig, device: device.id as string, mine: mine.body.id as string };
}
export type BusyFloor = Awaited<ReturnType<typeof aBusyFloor>>;
