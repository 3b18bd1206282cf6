import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LinkReport, Outage } from '../../../contract/replication.ts';
import { toMoment } from '../../platform/clock.ts';
import { insertInto } from '../../platform/database/query.ts';
import { remoteTerms } from '../../platform/http/remote.ts';
import { createFakeClock, type FakeClock } from '../../testing/fake-clock.ts';
import { aTestAppliance, type TestAppliance } from '../../testing/test-appliance.ts';
import { aCommand, asService, bring } from '../../testing/test-commands.ts';
import { aGame } from '../../testing/test-games.ts';
import { authStore } from '../auth/auth-store.ts';
import { type MessageRow, messages } from '../messaging/messaging-tables.ts';
import { commandsStore } from './commands-store.ts';
import { forgetOldCommands } from './replication-schedules.ts';

let clock: FakeClock;
let venue: TestAppliance;

beforeEach(async () => {
  clock = createFakeClock();
  venue = await aTestAppliance({ clock });
});
afterEach(() => venue.stop());

const status: LinkReport['status'] = {
  state: 'live',
  detail: null,
  epoch: 1,
  seq: 12,
  acked_seq: 12,
  pending_changes: 0,
  lag_ms: 0,
  last_contact_at: null,
};
const report = (over: Partial<LinkReport> = {}): LinkReport => ({
  status,
  since: toMoment(clock.now()),
  metrics: { lag_ms: 12, epoch: 1 },
  outage: null,
  ...over,
});
const tell = (body: unknown) =>
  venue.post('/api/replication/link', { headers: asService(venue.directory), body });
const link = async () => (await venue.get('/api/replication', { as: 'user' })).body;
const outages = async (): Promise<Outage[]> => (await venue.get('/api/outages', { as: 'user' })).body.items;
const figures = async () =>
  (await venue.get('/metrics')).body
    .toString()
    .split('\n')
    .filter((line: string) => line.startsWith('dugout_sync_'));

/** The topics that a screen hears of, until the test ends. */
async function aScreen() {
  const heard: string[] = [];
  const stop = new AbortController();
  const stream = await fetch(`${venue.url}/api/live?topics=link`, {
    headers: { authorization: `Basic ${Buffer.from('user:in-labs-only').toString('base64')}` },
    signal: stop.signal,
  });
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  return {
    /** The next change. */
    async change(): Promise<string> {
      for (;;) {
        const at = heard.findIndex((text) => text.includes('event: change'));
        if (at >= 0) return heard.splice(0, at + 1).at(-1) ?? '';
        const next = await reader?.read();
        if (next?.value === undefined) throw new Error('the screen was cut off');
        heard.push(...next.value.split('\n\n'));
      }
    },
    leave: () => stop.abort(),
  };
}

describe('the link', () => {
  test('is unknown before the daemon speaks', async () => {
    expect(await link()).toEqual({ status: null, since: null, heard_at: null });
    expect(await figures()).toEqual([]);
    expect((await venue.get('/api/place')).body).toEqual({
      kind: 'venue',
      site: 'labs',
      site_name: 'Dugout Labs',
    });
  });

  test('is what the daemon says, and so are its figures', async () => {
    const said = report();
    expect((await tell(said)).status).toBe(204);
    expect(await link()).toEqual({ status, since: said.since, heard_at: toMoment(clock.now()) });
    expect(await figures()).toEqual(['dugout_sync_lag_ms 12', 'dugout_sync_epoch 1']);

    await tell(report({ metrics: { lag_ms: 13 } }));
    expect(await figures()).toEqual(['dugout_sync_lag_ms 13']);
  });

  test('is offline when the daemon has not spoken for fifteen seconds, and screens hear of it', async () => {
    const screen = await aScreen();
    await tell(report());
    expect(await screen.change()).toContain('"topic":"link","version":1');
    const heardAt = toMoment(clock.now());
    await clock.advance(14_999);
    expect((await link()).status.state).toBe('live');
    await clock.advance(1);
    expect(await screen.change()).toContain('"version":2');
    expect(await link()).toMatchObject({
      status: { state: 'offline', detail: 'the sync daemon is silent', acked_seq: 12 },
      since: heardAt,
      heard_at: heardAt,
    });
    expect(await figures()).toEqual([]);

    await tell(report());
    expect(await screen.change()).toContain('"version":3');
    expect((await link()).status.state).toBe('live');
    screen.leave();
  });

  test('is refused when it is told wrongly', async () => {
    expect((await tell(report({ metrics: { 'UP-7': 1 } }))).status).toBe(422);
    expect((await tell({ ...report(), more: 1 })).status).toBe(422);
  });
});

describe('an outage that is over', () => {
  const minute = 60_000;

  async function aText(over: Partial<MessageRow>): Promise<void> {
    const { player_id } = await aGame(venue, 'new');
    await venue.database.write((tx) =>
      tx.run(insertInto(messages), {
        id: crypto.randomUUID(),
        game_id: null,
        player_id,
        ticket: null,
        kind: 'souvenir',
        language: 'en',
        priority: 1,
        phone: '+13125550100',
        body: 'hello',
        segments: 1,
        state: 'sent',
        reason: null,
        carrier: 'twilio',
        attempts: 1,
        created_at: clock.now(),
        send_after: clock.now(),
        expires_at: clock.now() + 60 * minute,
        next_attempt_at: null,
        sent_at: null,
        delivered_at: null,
        ...over,
      }),
    );
  }

  test('is written down from the venue’s own tables, once', async () => {
    await aGame(venue, 'new');
    await aText({ sent_at: clock.now() });
    await clock.advance(minute);

    const began = clock.now();
    await aGame(venue, 'queued');
    await aGame(venue, 'completed');
    await aText({ sent_at: clock.now() + 1 });
    await aText({ state: 'expired', expires_at: clock.now() + 1 });
    await aText({ state: 'expired', expires_at: clock.now() + 30 * minute });
    await aText({
      state: 'pending',
      carrier: null,
      send_after: clock.now() + 30 * minute,
      next_attempt_at: clock.now() + 30 * minute,
    });
    await aText({ sent_at: clock.now() + 11 * minute });
    await clock.advance(minute);
    const ended = clock.now();
    const game = await aGame(venue, 'queued');
    const actor_id = authStore.userByKey(venue.database.now, 'user')?.id ?? null;
    const stale = { table: 'games', key: game.id, version: { state: 'recalled' } };
    const asked = { actor_id, created_at: toMoment(began + 1) };
    const tooLate = aCommand(`/api/games/${game.id}/recall`, { ...asked, expect: stale });
    const inTime = aCommand(`/api/games/${game.id}/recall`, asked);
    const before = aCommand(`/api/games/${game.id}/recall`, { actor_id, created_at: toMoment(began - 1) });
    await clock.advance(2_000);
    const outage = {
      began_at: toMoment(began),
      ended_at: toMoment(ended),
      changes: 250,
      rows: 90,
      caught_up_at: toMoment(clock.now()),
    };

    for (let times = 0; times < 3; times += 1) expect((await tell(report({ outage }))).status).toBe(204);
    // What waited in the cloud is brought when the link is there again.
    for (const command of [tooLate, inTime, before]) await bring(venue, command);

    expect(await outages()).toEqual([
      {
        id: expect.any(String),
        began_at: outage.began_at,
        ended_at: outage.ended_at,
        caught_up_at: outage.caught_up_at,
        catch_up_ms: 2_000,
        // Two guests who play, and one for each text.
        guests_signed_up: 7,
        guests_served: 1,
        texts_sent: 1,
        texts_held: 3,
        texts_dropped: 1,
        changes_shipped: 250,
        rows_shipped: 90,
        commands_applied: 1,
        conflicts: 1,
      },
    ]);
  });

  test('stands before those that were before it', async () => {
    for (const minutes of [1, 9, 5]) {
      const at = toMoment(clock.now() + minutes * minute);
      await tell(report({ outage: { began_at: at, ended_at: at, changes: 0, rows: 0, caught_up_at: at } }));
    }
    const began = (await outages()).map(({ began_at }) => began_at);
    expect(began).toEqual(began.toSorted().toReversed());
    expect(began).toHaveLength(3);
  });
});

const dayMs = 24 * 3_600_000;

test('old answers are forgotten; those of a month are not', async () => {
  const [early, late] = [aCommand('/api/nothing'), aCommand('/api/nothing')];
  await bring(venue, early);
  clock.stepWall(2 * dayMs);
  await bring(venue, late);
  clock.stepWall(29 * dayMs);
  await forgetOldCommands(venue.database, clock).run(new AbortController().signal);
  const known = [early, late].map(({ id }) => commandsStore.byId(venue.database.now, id) !== undefined);
  expect(known).toEqual([false, true]);
});

test('nothing that is asked for from afar is still brought when its answer is forgotten', () => {
  for (const { remote } of venue.routes)
    if (remote !== 'venue_only') expect(remoteTerms(remote).expiresAfterMs).toBeLessThanOrEqual(7 * dayMs);
});
