import { afterAll, describe, expect, test } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTestAppliance, testPassword } from '../../testing/test-appliance.ts';
import { until } from '../../testing/test-broker.ts';
import { aGame } from '../../testing/test-games.ts';
import { aUser, type Credentials } from '../../testing/test-users.ts';
import { createLiveFeed } from './live-feed.ts';

const clock = createFakeClock();
const venue = await aTestAppliance({ clock });
afterAll(venue.stop);

const administrator = { username: 'user', password: testPassword };

/** Follows until told to stop; `events` grows as they come. */
async function follow(query = '', as?: Credentials) {
  const controller = new AbortController();
  const basic = as && Buffer.from(`${as.username}:${as.password}`).toString('base64');
  const answer = await fetch(`${venue.url}/api/live${query}`, {
    signal: controller.signal,
    headers: basic === undefined ? {} : { authorization: `Basic ${basic}` },
  });
  const events: { event: string; topic?: string; version?: number }[] = [];
  let text = '';
  const reading = (async () => {
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const [, event = '', data = '{}'] = /event: (.*)\ndata: (.*)/u.exec(text.slice(0, end)) ?? [];
        events.push({ event, ...JSON.parse(data) });
        text = text.slice(end + 2);
      }
    }
  })().catch(() => {});
  return {
    answer,
    events,
    topics: () => events.flatMap(({ topic }) => topic ?? []),
    async leave() {
      controller.abort();
      await reading;
    },
  };
}

describe('a screen that follows', () => {
  test('hears that the queue changed, and reads it anew', async () => {
    const screen = await follow('?topics=queue');
    expect(screen.answer.headers.get('content-type')).toBe('text/event-stream');
    await until(() => screen.events.length === 1);
    expect(screen.events[0]).toMatchObject({ event: 'heartbeat' });
    await aGame(venue, 'queued');
    await until(() => screen.events.length >= 3);
    expect(new Set(screen.topics())).toEqual(new Set(['queue']));
    const versions = screen.events.flatMap(({ version }) => version ?? []);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    await screen.leave();
  });

  test('hears a heartbeat every five seconds, so that quiet is not mistaken for cut off', async () => {
    const screen = await follow('?topics=leaderboard');
    await until(() => screen.events.length === 1);
    await clock.advance(15_000);
    await until(() => screen.events.length === 4);
    expect(screen.events.map(({ event }) => event)).toEqual([
      'heartbeat',
      'heartbeat',
      'heartbeat',
      'heartbeat',
    ]);
    await screen.leave();
  });

  test('hears of texts and jobs only when somebody from inside is signed in', async () => {
    const everything = '?topics=queue,messages,jobs,stations';
    const outside = await follow(everything);
    const player = await follow(everything, await aUser(venue, 'player'));
    const inside = await follow(everything, administrator);
    await aGame(venue, 'recalled', { player: { phone: '+1 415 555 0123', consent: { sms: true } } });
    await until(() => inside.topics().includes('messages'));
    await until(() => outside.topics().includes('queue') && player.topics().includes('queue'));
    expect([...outside.topics(), ...player.topics()]).not.toContain('messages');
    for (const screen of [outside, player, inside]) await screen.leave();
  });

  test('hears no name and no number, only that something changed', async () => {
    const screen = await follow('', administrator);
    await aGame(venue, 'queued', { player: { name: 'Zoë Secret', phone: '+1 415 555 0177' } });
    await until(() => screen.events.length >= 3);
    expect(JSON.stringify(screen.events)).not.toMatch(/Secret|0177/u);
    await screen.leave();
  });

  test.each(['?topics=everything', '?topics=', '?topics=queue,,jobs', `?topics=${'queue,'.repeat(50)}`])(
    'is refused %s',
    async (query) => {
      const screen = await follow(query);
      expect(screen.answer.status).toBe(422);
      await screen.leave();
    },
  );

  test('leaves no trace when it leaves: six hundred come and go, and there is room for one more', async () => {
    for (let visit = 0; visit < 300; visit += 1) {
      await fetch(`${venue.url}/api/live`, { method: 'HEAD' });
      const screen = await follow();
      expect(screen.answer.status).toBe(200);
      await screen.leave();
    }
    const last = await follow();
    expect(last.answer.status).toBe(200);
    await last.leave();
  });
});

describe('a feed', () => {
  test('takes no more screens than it can serve', () => {
    const feed = createLiveFeed(clock, 2);
    expect([feed.follow([], '10.0.0.1'), feed.follow([], '10.0.0.2')]).not.toContain(null);
    expect(feed.follow([], '10.0.0.3')).toBeNull();
  });

  test('keeps places for others, however many one visitor asks for', () => {
    const feed = createLiveFeed(clock);
    for (let screen = 0; screen < 100; screen += 1) expect(feed.follow([], '10.0.0.66')).not.toBeNull();
    expect(feed.follow([], '10.0.0.66')).toBeNull();
    expect(feed.follow([], '10.0.0.1')).not.toBeNull();
  });

  test('cuts off who does not read, and nobody else', async () => {
    const feed = createLiveFeed(clock);
    const [frozen, awake] = [feed.follow(['queue'], '10.0.0.1'), feed.follow(['queue'], '10.0.0.1')];
    awake?.resume();
    for (let changes = 0; changes < 3_000; changes += 1) {
      feed.changed('queue');
      if (changes % 100 === 0) await new Promise(setImmediate);
    }
    expect([frozen?.destroyed, awake?.destroyed]).toEqual([true, false]);
    expect(feed.followers()).toBe(1);
  });

  test('ends with the appliance', async () => {
    const feed = createLiveFeed(clock);
    const stream = feed.follow(['queue'], '10.0.0.1');
    feed.start();
    feed.stop();
    stream?.resume();
    await new Promise((resolve) => stream?.once('end', resolve));
  });
});

test('screens that follow do not hold the appliance up when it stops', async () => {
  const own = await aTestAppliance({ clock: createFakeClock() });
  const answers = await Promise.all(Array.from({ length: 10 }, () => fetch(`${own.url}/api/live`)));
  const read = answers.map((answer) => answer.text());
  await own.stop();
  for (const text of await Promise.all(read)) expect(text).toContain('heartbeat');
}, 8_000);
