import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { Game, GameAction, GameState, GameTransition } from '../contract/games.ts';
import { type ApplianceProcess, anApplianceProcess } from './testing/appliance-process.ts';
import { aTemporaryDirectory } from './testing/temporary-directory.ts';
import { testPassword } from './testing/test-appliance.ts';
import { until } from './testing/test-broker.ts';

/** More rounds for a longer run. */
const rounds = Number(process.env['DUGOUT_TEST_CRASHES'] ?? 2);

const authorization = `Basic ${Buffer.from(`user:${testPassword}`).toString('base64')}`;
const steps: readonly GameAction[] = ['queue', 'recall', 'confirm', 'play', 'complete'];
const states: readonly GameState[] = ['new', 'queued', 'recalled', 'confirmed', 'playing', 'completed'];
const bodyOf = (action: string) => (action === 'complete' ? { score: 1, distance: 2.5, homeruns: 3 } : {});

/** What a client hears when the venue dies before or within the answer. */
const cutOff = expect.stringMatching(/fetch failed|terminated/u);

async function post(venue: ApplianceProcess, path: string, body: object, key: string = crypto.randomUUID()) {
  const answer = await fetch(venue.url + path, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text() };
}

async function get<Body>(venue: ApplianceProcess, path: string): Promise<Body> {
  return (await fetch(venue.url + path, { headers: { authorization } })).json() as Promise<Body>;
}
const historyOf = async (venue: ApplianceProcess, id: string) =>
  (await get<{ items: GameTransition[] }>(venue, `/api/games/${id}/history`)).items;

function expectSoundDatabase(directory: string): void {
  const database = new Sqlite(join(directory, 'dugout.db'), { readonly: true });
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(database.pragma('foreign_key_check')).toEqual([]);
  database.close();
}

interface Sent {
  readonly path: string;
  readonly body: object;
  readonly key: string;
  /** What was answered, each time that there was an answer. */
  readonly heard: string[];
}

async function send(venue: ApplianceProcess, { path, body, key, heard }: Sent): Promise<void> {
  const { status, text } = await post(venue, path, body, key);
  expect(status, text).toBeLessThan(300);
  heard.push(text);
}

/** A new guest, and one step of a game in each of the states before. */
async function aRequestOfEachSort(venue: ApplianceProcess): Promise<Sent[]> {
  const sent = (path: string, body: object) => ({ path, body, key: crypto.randomUUID(), heard: [] });
  const requests = [sent('/api/games', { player: { name: crypto.randomUUID() } })];
  for (const [index, action] of steps.entries()) {
    const { id }: Game = JSON.parse((await post(venue, '/api/games', { player: { name: 'Ana' } })).text);
    for (const before of steps.slice(0, index))
      await post(venue, `/api/games/${id}/${before}`, bodyOf(before));
    requests.push(sent(`/api/games/${id}/${action}`, bodyOf(action)));
  }
  return requests;
}

test(
  `each request sent five times with a kill -9 in between is one effect and one answer, ${rounds} times`,
  async () => {
    const directory = aTemporaryDirectory();
    const venue = await anApplianceProcess(directory);
    for (let round = 0; round < rounds; round += 1) {
      const requests = await aRequestOfEachSort(venue);
      const early = [...requests, ...requests].map((request) =>
        delay(Math.random() * 20).then(() => send(venue, request)),
      );
      const heardEarly = Promise.allSettled(early);
      await delay(Math.random() * 25);
      await venue.kill();
      for (const outcome of await heardEarly)
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ message: cutOff });
      await venue.startAgain();
      for (let times = 0; times < 3; times += 1)
        await Promise.all(requests.map((request) => send(venue, request)));

      for (const { heard } of requests) {
        expect(heard.length).toBeGreaterThanOrEqual(3);
        expect(new Set(heard).size).toBe(1);
      }
      const [made, ...acted] = requests.map(({ heard }): Game => JSON.parse(heard[0] ?? ''));
      const { items } = await get<{ items: Game[] }>(venue, '/api/games?state=new&limit=200');
      expect(items.filter(({ player }) => player.name === made?.player.name)).toHaveLength(1);
      for (const [index, { id }] of acted.entries())
        expect((await historyOf(venue, id)).map(({ action }) => action)).toEqual([
          'create',
          ...steps.slice(0, index + 1),
        ]);
    }
    await venue.stop();
    expectSoundDatabase(directory);
  },
  60_000 + rounds * 20_000,
);

/** How far each game is, as its client has been told. */
type Told = Map<string, GameState>;

/** Plays one guest after the other until the venue is gone. */
async function playGuests(venue: ApplianceProcess, told: Told): Promise<void> {
  for (;;) {
    const made = await post(venue, '/api/games', { player: { name: 'Ana' } });
    const { id }: Game = JSON.parse(made.text);
    told.set(id, 'new');
    for (const [index, action] of steps.entries()) {
      const { status } = await post(venue, `/api/games/${id}/${action}`, bodyOf(action));
      expect(status).toBe(200);
      told.set(id, states[index + 1] ?? 'new');
    }
  }
}

describe('kill -9 while sixteen guests are played at once', () => {
  test(
    `loses nothing that was acknowledged, ${rounds} times`,
    async () => {
      const directory = aTemporaryDirectory();
      const venue = await anApplianceProcess(directory);
      const told: Told = new Map();
      for (let round = 0; round < rounds; round += 1) {
        const clients = Promise.allSettled(Array.from({ length: 16 }, () => playGuests(venue, told)));
        const enough = told.size + 20 + Math.random() * 30;
        await until(() => told.size > enough);
        await venue.kill();
        for (const client of await clients) expect(client).toMatchObject({ reason: { message: cutOff } });
        await venue.startAgain();

        for (const [id, state] of told) {
          const { state: stored } = await get<Game>(venue, `/api/games/${id}`);
          const ahead = states.indexOf(stored) - states.indexOf(state);
          // One step more than the client was told: it was stored, and the answer was cut off.
          expect([0, 1], `${id} was ${state} and is ${stored}`).toContain(ahead);
          const steps = await historyOf(venue, id);
          expect(steps.map(({ to }) => to)).toEqual(states.slice(0, states.indexOf(stored) + 1));
          told.set(id, stored);
        }
      }
      await venue.stop();
      expectSoundDatabase(directory);
    },
    60_000 + rounds * 20_000,
  );
});
