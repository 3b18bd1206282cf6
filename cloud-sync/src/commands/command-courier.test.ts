import type { RemoteCommand } from '@dugout/appliance/contract/replication.ts';
import { createFakeClock, type FakeClock } from '@dugout/appliance/testing/fake-clock.ts';
import { until } from '@dugout/appliance/testing/test-broker.ts';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../postgres/connection.ts';
import { aCloud, type TestCloud } from '../testing/a-cloud.ts';
import {
  answerArrives,
  ask,
  commandValues,
  insertCommand,
  ring,
  statusOf,
} from '../testing/asked-in-the-cloud.ts';
import type { Brought } from './appliance-door.ts';
import { createCommandCourier } from './command-courier.ts';

const site = 'north-1';
const to = { site, path: '/api/games', actorId: 'somebody' };

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await aCloud();
});
afterAll(() => cloud.stop());
beforeEach(() => cloud.sql('DELETE FROM sync.command'));

const applied: Brought = { kind: 'answered', outcome: { status: 'applied', answer: null } };
const away: Brought = { kind: 'away', why: 'nobody is there' };
const failed: Brought = { kind: 'failed', why: '500' };

/** A courier that listens, and the venue it brings to, which says what `answers` says. */
async function aCourier(answers: (command: RemoteCommand) => Brought = () => applied) {
  const clock = createFakeClock();
  const brought: RemoteCommand[] = [];
  const venue = { answers, isRecognised: true };
  couriers += 1;
  const name = `courier ${couriers}`;
  const backends = () => looking(name);
  const url = await cloud.siteUrl(site);
  const courier = createCommandCourier({
    connect: (deadlineMs) => connect(url, { name, deadlineMs, clock }),
    site,
    appliance: {
      async bring(command) {
        brought.push(command);
        return venue.answers(command);
      },
    },
    clock,
    logger: pino({ level: 'silent' }),
    isRecognised: () => venue.isRecognised,
  });
  onTestFinished(() => courier.stop());
  courier.start();
  await until(async () => (await backends()).length === 1);
  return { courier, clock, brought, venue, backends, ids: () => brought.map(({ id }) => id) };
}

let couriers = 0;

/** Connections of a courier that has looked, and waits. */
const looking = async (name: string): Promise<number[]> =>
  (
    await cloud.sql<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1
       AND state = 'idle' AND query LIKE '%fetch_commands%'`,
      [name],
    )
  ).map(({ pid }) => pid);

const takeBack = (id: string) => cloud.sql('UPDATE sync.command SET cancel_asked_at = 1 WHERE id = $1', [id]);

/** Lets time pass until something is so: what waits for the database goes on in between. */
async function passing(clock: FakeClock, ms: number, isSo: () => boolean | Promise<boolean>): Promise<void> {
  await until(async () => {
    await clock.advance(ms);
    return isSo();
  });
}

describe('what is asked for in the cloud', () => {
  test('is brought when it rings, as it was sent', async () => {
    const { brought } = await aCourier();
    const id = await ask(cloud, { ...to, json: { a: 'b' } });
    await ring(cloud, site);
    await until(() => brought.length === 1);
    expect(brought[0]).toMatchObject({
      id,
      method: 'POST',
      path: '/api/games',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('{"a":"b"}').toString('base64'),
      actor_id: 'somebody',
      expect: null,
      cancelled: false,
      attempts: 0,
    });
    expect(brought[0]?.expires_in_ms).toBeGreaterThan(500_000);
    expect(brought[0]).not.toHaveProperty('age_ms');
    expect(await statusOf(cloud, id)).toBe('sent');
  });

  test('of a guest who is not signed in is nobody’s', async () => {
    const { brought } = await aCourier();
    await ask(cloud, { ...to, actorId: '' });
    await ring(cloud, site);
    await until(() => brought.length === 1);
    expect(brought[0]?.actor_id).toBeNull();
  });

  test('is found by looking when the bell is not heard', async () => {
    const { clock, ids } = await aCourier();
    const id = await ask(cloud, to);
    await passing(clock, 1_000, () => ids().includes(id));
  });

  test('is heard of again after the connection was cut off', async () => {
    const { clock, ids, backends } = await aCourier();
    const [first = 0] = await backends();
    await cloud.sql('SELECT pg_terminate_backend($1)', [first]);
    await passing(clock, 500, async () => {
      const [now] = await backends();
      return now !== undefined && now !== first;
    });
    // From here on no time passes for the courier: it can only hear the bell.
    const id = await ask(cloud, to);
    await ring(cloud, site);
    await until(() => ids().includes(id));
  });

  test('is found although it was committed after what was asked for later', async () => {
    const { ids } = await aCourier();
    const late = await connect(cloud.ownerUrl);
    onTestFinished(() => late.close());
    const early = crypto.randomUUID();
    await late.query('BEGIN');
    await late.query(insertCommand, commandValues(early, { ...to, createdAt: 1_000 }));
    const second = await ask(cloud, { ...to, createdAt: 2_000 });
    await ring(cloud, site);
    await until(() => ids().includes(second));
    await late.query('COMMIT');
    await ring(cloud, site);
    await until(() => ids().includes(early));
    expect(ids()).toEqual([second, early]);
  });

  test('comes oldest first, also when there is more than is fetched at once', async () => {
    const { ids } = await aCourier();
    const asked: string[] = [];
    for (let age = 20; age > 0; age -= 1) asked.push(await ask(cloud, { ...to, createdAt: 10_000 - age }));
    await ring(cloud, site);
    await until(() => ids().length === 20);
    expect(ids()).toEqual(asked);
  });

  test('is not brought again while its answer is on the way, and is when that takes too long', async () => {
    const { clock, ids } = await aCourier();
    const id = await ask(cloud, to);
    await ring(cloud, site);
    await until(() => ids().length === 1);
    const other = await ask(cloud, to);
    await passing(clock, 1_000, () => ids().includes(other));
    expect(ids()).toEqual([id, other]);
    await answerArrives(cloud, site, other);
    await passing(clock, 5_000, () => ids().length === 3);
    expect(ids()).toEqual([id, other, id]);
  });

  test('that its sender took back before anybody heard of it is not brought', async () => {
    const { clock, ids } = await aCourier();
    const id = await ask(cloud, to);
    await takeBack(id);
    const other = await ask(cloud, to);
    await passing(clock, 1_000, () => ids().includes(other));
    expect(ids()).toEqual([other]);
    expect(await statusOf(cloud, id)).toBe('cancelled');
  });

  test('that its sender took back when it was on its way is for the venue to decide', async () => {
    const { clock, brought, venue } = await aCourier(() => away);
    const id = await ask(cloud, to);
    await ring(cloud, site);
    await until(() => brought.length === 1);
    await takeBack(id);
    venue.answers = () => applied;
    await passing(clock, 500, () => brought.length >= 2);
    expect(brought.at(-1)).toMatchObject({ id, cancelled: true });
  });

  test('of another site is not seen', async () => {
    const { clock, ids } = await aCourier();
    await cloud.siteUrl('south-1');
    const other = await ask(cloud, { ...to, site: 'south-1' });
    const own = await ask(cloud, to);
    await passing(clock, 1_000, () => ids().includes(own));
    expect(ids()).not.toContain(other);
  });
});

describe('a venue that cannot', () => {
  const attemptsOf = async (id: string) =>
    (await cloud.sql<{ attempts: number }>('SELECT attempts FROM sync.command WHERE id = $1', [id]))[0]
      ?.attempts;

  test('because it is away is waited for, and nothing is counted', async () => {
    const { clock, brought, venue } = await aCourier(() => away);
    const id = await ask(cloud, to);
    await ring(cloud, site);
    await passing(clock, 500, () => brought.length >= 3);
    expect(await attemptsOf(id)).toBe(0);
    venue.answers = () => applied;
    await passing(clock, 500, () => brought.length >= 4);
    expect(brought.every(({ attempts }) => attempts === 0)).toBe(true);
  });

  test('because it fails is asked three times more slowly each time, and told without what was sent then', async () => {
    const { clock, brought } = await aCourier(({ attempts }) => (attempts < 3 ? failed : applied));
    const id = await ask(cloud, { ...to, json: { a: 1 } });
    await ring(cloud, site);
    await until(async () => (await attemptsOf(id)) === 1);
    expect(brought).toHaveLength(1);
    await passing(clock, 250, () => brought.length === 4);
    expect(brought.map(({ attempts }) => attempts)).toEqual([0, 1, 2, 3]);
    expect(brought[3]).toMatchObject({ id, headers: {}, body: '' });
  });

  test('holds nobody else up while it fails on one', async () => {
    const { brought } = await aCourier(({ path }) => (path === '/bad' ? failed : applied));
    await ask(cloud, { ...to, path: '/bad' });
    const good = await ask(cloud, to);
    await ring(cloud, site);
    await until(() => brought.some(({ id }) => id === good));
  });

  test('that the cloud does not take for the site’s own does nothing', async () => {
    const { courier, clock, brought, venue } = await aCourier();
    venue.isRecognised = false;
    courier.look();
    const id = await ask(cloud, to);
    await ring(cloud, site);
    await clock.advance(20_000);
    expect(await statusOf(cloud, id)).toBe('queued');
    expect(brought).toEqual([]);
    venue.isRecognised = true;
    courier.look();
    await until(() => brought.length === 1);
  });
});

describe('an answer', () => {
  const day = 86_400_000;
  const commandOf = async (id: string) =>
    (
      await cloud.sql<{ body: Buffer; review: string | null }>(
        'SELECT body, review FROM sync.command WHERE id = $1',
        [id],
      )
    )[0];

  test('is the status at once, and what was sent is forgotten', async () => {
    const id = await ask(cloud, { ...to, json: { password: 'correct horse' } });
    await answerArrives(cloud, site, id);
    expect(await statusOf(cloud, id)).toBe('applied');
    expect((await commandOf(id))?.body).toHaveLength(0);
  });

  test('that was lost with the venue’s history is looked at by a person, and not done again', async () => {
    const { clock, ids } = await aCourier();
    const id = await ask(cloud, to);
    await answerArrives(cloud, site, id);
    await cloud.sql('DELETE FROM command_inbox WHERE command_id = $1', [id]);
    expect(await statusOf(cloud, id)).toBe('needs_review');
    expect((await commandOf(id))?.review).toContain('applied');
    const other = await ask(cloud, to);
    await passing(clock, 1_000, () => ids().includes(other));
    expect(ids()).toEqual([other]);
  });

  test('that the venue has forgotten is forgotten with its command', async () => {
    const id = await ask(cloud, to);
    await answerArrives(cloud, site, id, Date.now() - 30 * day);
    await cloud.sql('DELETE FROM command_inbox WHERE command_id = $1', [id]);
    expect(await commandOf(id)).toBeUndefined();
  });

  test('that is written anew in one transaction stays', async () => {
    const id = await ask(cloud, to);
    await answerArrives(cloud, site, id);
    const own = await connect(await cloud.siteUrl(site));
    onTestFinished(() => own.close());
    await own.query('BEGIN');
    await own.query('DELETE FROM command_inbox WHERE command_id = $1', [id]);
    await own.query(
      `INSERT INTO command_inbox (site_id, command_id, status, method, path, asked_at, executed_at)
       VALUES ($1, $2, 'applied', 'POST', '/', 0, 1)`,
      [site, id],
    );
    await own.query('COMMIT');
    expect(await statusOf(cloud, id)).toBe('applied');
    expect(await commandOf(id)).toMatchObject({ review: null });
  });
});
