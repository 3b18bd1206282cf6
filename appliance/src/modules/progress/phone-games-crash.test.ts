import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { type ApplianceProcess, anApplianceProcess } from '../../testing/appliance-process.ts';
import { aPhoneGame } from '../../testing/phone-games.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { until } from '../../testing/test-broker.ts';

/** More rounds for a longer run. */
const rounds = Number(process.env['DUGOUT_TEST_CRASHES'] ?? 1);
/** As many as it takes for a kill to find one in each step: arriving, read, stored, written, measured, told. */
const phones = 3;
const apartMs = 80;
const password = 'a long one indeed 1';

interface Phone {
  readonly username: string;
  readonly key: string;
  readonly heard: string[];
}

const as = ({ username }: Phone) => ({
  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
});

async function aPhone(venue: ApplianceProcess): Promise<Phone> {
  const username = `player${crypto.randomUUID().slice(0, 13)}`;
  const answer = await fetch(`${venue.url}/api/players`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Ana', username, password, consent: { sensor: true } }),
  });
  expect(answer.status).toBe(201);
  return { username, key: crypto.randomUUID(), heard: [] };
}

const recording = new Uint8Array(gzipSync(JSON.stringify(aPhoneGame({ seconds: 20 }))));

async function post(venue: ApplianceProcess, phone: Phone): Promise<void> {
  const answer = await fetch(`${venue.url}/game`, {
    method: 'POST',
    headers: {
      ...as(phone),
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      'idempotency-key': phone.key,
    },
    body: recording,
  });
  const text = await answer.text();
  expect(answer.status, text).toBe(200);
  phone.heard.push(text);
}

async function get(
  venue: ApplianceProcess,
  phone: Phone,
  path: string,
): Promise<{ status: number; body: { items?: unknown } }> {
  const answer = await fetch(venue.url + path, { headers: as(phone) });
  return { status: answer.status, body: (await answer.json()) as { items?: unknown } };
}

function rowsIn(directory: string, sql: string): unknown[] {
  const database = new Sqlite(join(directory, 'dugout.db'), { readonly: true });
  const rows = database.prepare(sql).pluck().all();
  database.close();
  return rows;
}

test(
  `kill -9 while phones post, ${rounds} times: each game is there once, is measured, and is told once`,
  async () => {
    const directory = aTemporaryDirectory();
    const venue = await anApplianceProcess(directory);
    for (let round = 0; round < rounds; round += 1) {
      const all = await Promise.all(Array.from({ length: phones }, () => aPhone(venue)));
      const early = all.map(async (phone, index) => {
        await delay(index * apartMs);
        await post(venue, phone);
      });
      const heard = Promise.allSettled(early);
      await delay(phones * apartMs + Math.random() * 400);
      await venue.kill();
      await heard;
      await venue.startAgain();

      for (const phone of all) {
        await post(venue, phone);
        await post(venue, phone);
        expect(new Set(phone.heard).size).toBe(1);
        const { game_id, processing_event_id } = JSON.parse(phone.heard[0] ?? '');
        await until(async () => (await get(venue, phone, `/api/games/${game_id}/progress`)).status === 200);
        const { body } = await get(venue, phone, '/api/me/events');
        expect(body.items).toMatchObject([{ type: 'reconciliation', game_id, processing_event_id }]);
      }
    }
    await venue.stop();
    const count = rounds * phones;
    expect(rowsIn(directory, `SELECT state FROM games WHERE attraction = 'glove'`)).toEqual(
      Array.from({ length: count }, () => 'completed'),
    );
    for (const table of ['glove_sessions', 'analyses', 'player_events', 'processing_events'])
      expect(rowsIn(directory, `SELECT count(*) FROM ${table}`), table).toEqual([count]);
    expect(rowsIn(directory, `SELECT DISTINCT state FROM processing_events`)).toEqual(['done']);
    expect(rowsIn(directory, `SELECT count(*) FROM jobs WHERE kind = 'progress.analyse'`)).toEqual([0]);
  },
  60_000 + rounds * 20_000,
);
