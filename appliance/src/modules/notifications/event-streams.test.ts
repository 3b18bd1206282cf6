import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { Reader } from '../../platform/database/transaction.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { seededRandom } from '../../testing/seeded-random.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { aTestAppliance, type TestAppliance } from '../../testing/test-appliance.ts';
import { until } from '../../testing/test-broker.ts';
import { aPlayer } from '../../testing/test-users.ts';
import { createEventStreams } from './event-streams.ts';
import type { PlayerEventRow } from './notifications-tables.ts';
import { aPhone, basic, type TestPhone } from './testing/test-phones.ts';

const venue = await aTestAppliance();
afterAll(venue.stop);
const here = () => venue.url;

const tell = ({ database, notifications }: TestAppliance, playerId: string, number: number) =>
  database.write((tx) =>
    notifications.tell(tx, { playerId, type: 'test', payload: { number }, uniqueKey: `n ${number}` }),
  );
const numbers = (phone: TestPhone) => phone.events.map((event) => event['number']);
const upTo = (count: number) => Array.from({ length: count }, (_, number) => number);

describe('a phone that follows', () => {
  test('and is cut off again and again is told each event once, in order', async () => {
    const ana = await aPlayer(venue);
    const random = seededRandom(11);
    const phone = aPhone(here, ana.credentials);
    phone.follow();
    const count = 300;
    for (let number = 0; number < count; number += 1) {
      const told = tell(venue, ana.id, number);
      if (random() < 0.1) {
        phone.cut();
        if (random() < 0.5) await told;
        phone.follow();
      }
      if (random() < 0.3) await told;
    }
    await until(() => {
      if (phone.ended()) phone.follow();
      return phone.events.length >= count;
    });
    expect(numbers(phone)).toEqual(upTo(count));
    expect(phone.connections()).toBeGreaterThan(10);
  });

  test('is told what was there and what comes without a seam, whenever it begins', async () => {
    const ana = await aPlayer(venue);
    const phones: TestPhone[] = [];
    const count = 120;
    for (let number = 0; number < count; number += 1) {
      const told = tell(venue, ana.id, number);
      if (number % 20 === 10) {
        const phone = aPhone(here, ana.credentials);
        phone.follow();
        phones.push(phone);
      }
      if (number % 7 === 0) await told;
    }
    await until(() => phones.every(({ events }) => events.length >= count));
    for (const phone of phones) expect(numbers(phone)).toEqual(upTo(count));
  });

  test('is one of two of a player, and both are told; another player is not', async () => {
    const [ana, ben] = [await aPlayer(venue), await aPlayer(venue)];
    const [one, two] = [aPhone(here, ana.credentials), aPhone(here, ana.credentials)];
    const bens = aPhone(here, ben.credentials);
    for (const phone of [one, two, bens]) phone.follow();
    await until(() => [one, two, bens].every((phone) => phone.connections() === 1));
    for (const number of upTo(5)) await tell(venue, ana.id, number);
    await tell(venue, ben.id, 99);
    await until(() => one.events.length >= 5 && two.events.length >= 5 && bens.events.length >= 1);
    expect([numbers(one), numbers(two), numbers(bens)]).toEqual([upTo(5), upTo(5), [99]]);
    const { body } = await venue.get('/api/me/events', { as: ana.credentials });
    expect(one.events).toEqual(body.items);
  });

  test('goes on from the address it first had by what it has seen since', async () => {
    const ana = await aPlayer(venue);
    await tell(venue, ana.id, 0);
    const { next_cursor } = (await venue.get('/api/me/events', { as: ana.credentials })).body;
    await tell(venue, ana.id, 1);
    const response = await fetch(`${venue.url}/api/me/events?since=${next_cursor}`, {
      headers: { accept: 'text/event-stream', authorization: basic(ana.credentials) },
    });
    const reader = response.body?.getReader();
    let text = '';
    while (!text.includes('"number":1')) {
      const { value } = (await reader?.read()) ?? {};
      if (value === undefined) throw new Error(`it ended with ${text}`);
      text += Buffer.from(value).toString();
    }
    expect(text).not.toContain('"number":0');
    await reader?.cancel();
  });

  test('from a future that was lost is told so, and then everything', async () => {
    const ana = await aPlayer(venue);
    await tell(venue, ana.id, 0);
    const { next_cursor } = (await venue.get('/api/me/events', { as: ana.credentials })).body;
    const [seq = '', mark = ''] = next_cursor.split('-');
    const phone = aPhone(here, ana.credentials, `${Number(seq) + 1_000_000_000}-${mark}`);
    phone.follow();
    await until(() => phone.events.length === 1);
    expect([phone.resets(), phone.cursor()]).toEqual([1, next_cursor]);
  });

  test('goes on by its old cursor after a restart', async () => {
    const directory = aTemporaryDirectory();
    const first = await aTestAppliance({ directory });
    const ana = await aPlayer(first);
    const phone = aPhone(() => first.url, ana.credentials);
    phone.follow();
    await tell(first, ana.id, 0);
    await until(() => phone.events.length === 1);
    await tell(first, ana.id, 1);
    await first.stop();
    const second = await aTestAppliance({ directory });
    try {
      const again = aPhone(() => second.url, ana.credentials, phone.cursor());
      again.follow();
      await tell(second, ana.id, 2);
      const all = () => [...phone.events, ...again.events].map((event) => event['number']);
      await until(() => all().length >= 3);
      expect(all()).toEqual([0, 1, 2]);
    } finally {
      await second.stop();
    }
  });
});

test('a player holds so many streams, and no more', async () => {
  const ana = await aPlayer(venue);
  const phones = upTo(8).map(() => aPhone(here, ana.credentials));
  for (const phone of phones) phone.follow();
  await until(() => phones.every((phone) => phone.connections() === 1));
  const headers = { accept: 'text/event-stream' };
  expect(await venue.get('/api/me/events', { as: ana.credentials, headers })).toMatchObject({
    status: 503,
    body: { code: 'too_many_followers', retry_after_seconds: 5 },
  });
  expect(await venue.get('/api/me/events', { as: ana.credentials })).toMatchObject({ status: 200 });
  for (const phone of phones) phone.cut();
  await until(async () => {
    const phone = aPhone(here, ana.credentials);
    phone.follow();
    await until(() => phone.connections() === 1 || phone.ended());
    return phone.connections() === 1;
  });
});

describe('streams', () => {
  const aRow = (seq: number, payload = '{}'): PlayerEventRow => ({
    id: randomUUID(),
    seq,
    player_id: 'p-00000001',
    type: 'test',
    payload,
    unique_key: String(seq),
    at: 0,
  });
  /** A database with these rows; the query that is asked is the one for a player's next page. */
  const readerOf = (rows: readonly PlayerEventRow[]): Reader => ({
    all: async (_query, params) => {
      const { after, limit } = params as { after: number; limit: number };
      return rows.filter(({ seq }) => seq > after).slice(0, limit) as never;
    },
    get: async () => undefined,
  });

  test('beat, so that quiet is not mistaken for cut off, and end so that who follows proves again who they are', async () => {
    const clock = createFakeClock();
    const streams = createEventStreams({ reader: readerOf([]), clock });
    streams.start();
    const stream = streams.follow('p-00000001', 0, false);
    let text = '';
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    await clock.advance(12_000);
    expect(text.split(': heartbeat')).toHaveLength(3);
    await clock.advance(15 * 60_000);
    expect([stream?.readableEnded, streams.followers()]).toEqual([true, 0]);
    streams.stop();
  });

  test('cut off who does not read, hold little for them meanwhile, and tell the others', async () => {
    const clock = createFakeClock();
    const rows = upTo(1_000).map((at) => aRow(at + 1, JSON.stringify({ pad: 'x'.repeat(2_000) })));
    const reader = readerOf(rows);
    const reads = vi.spyOn(reader, 'all');
    const streams = createEventStreams({ reader, clock });
    streams.start();
    const deaf = streams.follow('p-00000001', 0, false);
    await clock.advance(10_000);
    expect(reads.mock.calls.length).toBeLessThan(4);
    const heard = streams.follow('p-00000001', 900, false);
    heard?.resume();
    await clock.advance(25_000);
    expect([deaf?.destroyed, heard?.destroyed, streams.followers()]).toEqual([true, false, 1]);
    streams.stop();
  });

  test('take no more than they can serve, and leave no trace when they end', async () => {
    const streams = createEventStreams({ reader: readerOf([]), clock: createFakeClock() });
    const all = upTo(300).map((at) => streams.follow(`p-${at}`, 0, false));
    expect(all).not.toContain(null);
    expect(streams.follow('one more', 0, false)).toBeNull();
    for (const stream of all) stream?.destroy();
    await until(() => streams.followers() === 0);
    expect(streams.follow('one more', 0, false)).not.toBeNull();
    streams.stop();
  });

  const seqsIn = (text: string) => [...text.matchAll(/^id: (\d+)-/gmu)].map(([, seq]) => Number(seq));

  test('tell all that was there, page after page, though nobody says that there is more', async () => {
    const rows = upTo(100).map((at) => aRow(at + 1));
    const streams = createEventStreams({ reader: readerOf(rows), clock: createFakeClock() });
    const stream = streams.follow('p-00000001', 0, false);
    let text = '';
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    await until(() => seqsIn(text).length >= 50);
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(seqsIn(text)).toEqual(upTo(100).map((at) => at + 1));
    streams.stop();
  });

  test('tell what is committed while they read, although the read did not see it', async () => {
    const rows: PlayerEventRow[] = [];
    const { all, get } = readerOf(rows);
    const streams = createEventStreams({
      reader: {
        get,
        async all(query, params) {
          const seen = await all(query, params);
          if (rows.length === 0) {
            rows.push(aRow(1));
            streams.told('p-00000001');
          }
          return seen;
        },
      },
      clock: createFakeClock(),
    });
    const stream = streams.follow('p-00000001', 0, false);
    let text = '';
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(seqsIn(text)).toEqual([1]);
    streams.stop();
  });

  test('that cannot be read from end, and whoever follows comes again', async () => {
    const reader: Reader = { all: async () => Promise.reject(new Error('disk')), get: async () => undefined };
    const streams = createEventStreams({ reader, clock: createFakeClock() });
    const stream = streams.follow('p-00000001', 0, false);
    await until(() => stream?.destroyed === true);
    expect(streams.followers()).toBe(0);
  });
});
