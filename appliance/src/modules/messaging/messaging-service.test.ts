import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Message } from '../../../contract/messaging.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { aTestAppliance, type TestAppliance } from '../../testing/test-appliance.ts';
import { act, aGame } from '../../testing/test-games.ts';
import { aTestCarrier } from './testing/a-test-carrier.ts';

const clock = createFakeClock();
const carrier = aTestCarrier('log', { answerable: false });
const venue = await aTestAppliance({ clock, carriers: [carrier.carrier] });
afterAll(venue.stop);

const reachable = { phone: '+1 415 555 0123', consent: { sms: true } };
const aCalledGuest = (player: object = reachable, at: TestAppliance = venue) =>
  aGame(at, 'recalled', { player });
/** The texts about one game, newest first. */
async function textsOf(gameId: string, at: TestAppliance = venue): Promise<Message[]> {
  const { items } = (await at.get('/api/messages?limit=200', { as: 'user' })).body;
  return items.filter((message: Message) => message.game_id === gameId);
}
/** What staff see of the last text on the row of the guest. */
const shownOnRow = async (id: string, at: TestAppliance = venue) =>
  (await at.get(`/api/games/${id}`, { as: 'user' })).body.message;

describe('a call', () => {
  test('is texted five seconds later, so that an undo is honest', async () => {
    const { id, ticket } = await aCalledGuest();
    expect(await textsOf(id)).toMatchObject([
      {
        game_id: id,
        ticket,
        kind: 'recall',
        to: '••••0123',
        state: 'pending',
        reason: null,
        segments: 1,
        sent_at: null,
      },
    ]);
    await clock.advance(4_999);
    expect(await textsOf(id)).toMatchObject([{ state: 'pending' }]);
    await clock.advance(1);
    expect(await textsOf(id)).toMatchObject([{ state: 'sent', carrier: 'log', reason: null }]);
    expect(await shownOnRow(id)).toEqual({ kind: 'recall', state: 'sent', reason: null });
  });

  test('says the ticket and how long, with no link and no name', async () => {
    const { id, ticket } = await aCalledGuest({ ...reachable, name: 'Zoë Secret' });
    const [message] = await textsOf(id);
    expect(message?.text).toContain(`ticket ${ticket}`);
    expect(message?.text).toContain('within 3 min');
    expect(message?.text).not.toMatch(/Secret|Zoë|https?:/u);
  });

  test('is not texted when it is undone in time', async () => {
    const { id } = await aCalledGuest();
    await clock.advance(4_000);
    const undone = await act(venue, id, 'undo');
    expect(undone.body).toMatchObject({ state: 'queued', warnings: [] });
    await clock.advance(60_000);
    expect(await textsOf(id)).toMatchObject([{ state: 'dropped', reason: 'undone', sent_at: null }]);
    expect(await shownOnRow(id)).toEqual({ kind: 'recall', state: 'dropped', reason: 'undone' });
  });

  test('that was texted cannot be taken back, and the undo says so', async () => {
    const { id } = await aCalledGuest();
    await clock.advance(5_000);
    const undone = await act(venue, id, 'undo');
    expect(undone.body).toMatchObject({ state: 'queued', warnings: ['text_already_sent'] });
    expect(await textsOf(id)).toMatchObject([{ state: 'sent' }]);
  });

  test.each(['confirm', 'hold', 'cancel', 'no-show', 'queue'] as const)(
    'is not texted any more when the guest is there before it: %s',
    async (action) => {
      const { id } = await aCalledGuest();
      expect((await act(venue, id, action)).body.warnings).toEqual([]);
      await clock.advance(60_000);
      expect(await textsOf(id)).toMatchObject([{ state: 'dropped', reason: 'not_needed' }]);
    },
  );

  test.each(['confirm', 'hold', 'cancel', 'no-show', 'queue'] as const)(
    'is texted all the same when the %s was a mistake',
    async (action) => {
      const { id } = await aCalledGuest();
      await act(venue, id, action);
      await clock.advance(1_000);
      expect((await act(venue, id, 'undo')).body).toMatchObject({
        state: 'recalled',
        message: { state: 'pending' },
      });
      await clock.advance(5_000);
      expect(await textsOf(id)).toMatchObject([
        { state: 'sent' },
        { state: 'dropped', reason: 'not_needed' },
      ]);
    },
  );

  test('is texted once when the guest was confirmed by mistake after the text', async () => {
    const { id } = await aCalledGuest();
    await clock.advance(6_000);
    await act(venue, id, 'confirm');
    await act(venue, id, 'undo');
    await clock.advance(6_000);
    expect(await textsOf(id)).toMatchObject([{ state: 'sent' }]);
  });

  test.each([
    ['without consent', { phone: '+1 415 555 0123' }, 'no_consent'],
    ['who said no', { phone: '+1 415 555 0123', consent: { sms: false, marketing: true } }, 'no_consent'],
    ['without a phone', { consent: { sms: true } }, 'no_phone'],
    ['without either', {}, 'no_phone'],
  ])('of a guest %s is not texted, and staff see why', async (_case, player, reason) => {
    const { id } = await aCalledGuest(player);
    await clock.advance(60_000);
    expect((await textsOf(id)).filter(({ state }) => state !== 'dropped')).toEqual([]);
    expect(await shownOnRow(id)).toEqual({ kind: 'recall', state: 'dropped', reason });
  });

  test('of a guest who has just withdrawn consent is not texted', async () => {
    const { id, player_id } = await aCalledGuest();
    const body = { sms: false };
    await venue.patch(`/api/players/${player_id}/consent`, { as: 'mlbtablet', body });
    await clock.advance(60_000);
    expect(await textsOf(id)).toMatchObject([{ state: 'dropped', reason: 'no_consent', sent_at: null }]);
  });
});

test('a text for which it has become too late is not sent any more', async () => {
  const { id } = await aCalledGuest();
  clock.stepWall(3_600_000);
  await clock.advance(10_000);
  expect(await textsOf(id)).toMatchObject([{ state: 'expired', reason: 'too_late', sent_at: null }]);
  clock.stepWall(-3_600_000);
});

describe('a reminder', () => {
  test('is a text of its own', async () => {
    const { id } = await aCalledGuest();
    await clock.advance(60_000);
    expect((await act(venue, id, 'remind')).body).toMatchObject({
      recall_count: 2,
      message: { state: 'pending' },
    });
    await clock.advance(5_000);
    expect(await textsOf(id)).toMatchObject([
      { kind: 'reminder', state: 'sent' },
      { kind: 'recall', state: 'sent' },
    ]);
  });

  test('in the first five seconds leaves one text, not two', async () => {
    const { id } = await aCalledGuest();
    await clock.advance(1_000);
    await act(venue, id, 'remind');
    await clock.advance(60_000);
    expect(await textsOf(id)).toMatchObject([{ kind: 'recall', state: 'sent' }]);
  });

  test('takes the place of a call’s text that could not leave for a while', async () => {
    carrier.goes('unreachable');
    const { id } = await aCalledGuest();
    await clock.advance(100_000);
    expect(await shownOnRow(id)).toEqual({ kind: 'recall', state: 'pending', reason: 'unreachable' });
    await act(venue, id, 'remind');
    carrier.goes(null);
    await clock.advance(100_000);
    expect(await textsOf(id)).toMatchObject([
      { kind: 'reminder', state: 'sent' },
      { kind: 'recall', state: 'dropped', reason: 'not_needed', sent_at: null },
    ]);
  });

  test('undone in time leaves the text of the call alone', async () => {
    const { id } = await aCalledGuest();
    await act(venue, id, 'remind');
    expect((await act(venue, id, 'undo')).body).toMatchObject({ state: 'recalled', warnings: [] });
    await clock.advance(60_000);
    expect(await textsOf(id)).toMatchObject([{ kind: 'recall', state: 'sent' }]);
  });

  test('undone after the call was texted takes back the reminder alone', async () => {
    const { id } = await aCalledGuest();
    await clock.advance(60_000);
    await act(venue, id, 'remind');
    expect((await act(venue, id, 'undo')).body.warnings).toEqual([]);
    await clock.advance(60_000);
    expect(await textsOf(id)).toMatchObject([
      { kind: 'reminder', state: 'dropped', reason: 'undone' },
      { kind: 'recall', state: 'sent' },
    ]);
  });
});

describe('when the appliance was off in between', () => {
  async function switchedOffAndOn(ms: number) {
    const directory = aTemporaryDirectory();
    const before = await aTestAppliance({ clock, directory });
    const { id } = await aCalledGuest(reachable, before);
    await before.stop();
    clock.stepWall(ms);
    const after = await aTestAppliance({ clock, directory });
    onTestFinished(after.stop);
    await clock.advance(10_000);
    return { texts: await textsOf(id, after), row: await shownOnRow(id, after) };
  }

  test('a text waits, and leaves once', async () => {
    const { texts } = await switchedOffAndOn(1_000);
    expect(texts).toMatchObject([{ state: 'sent' }]);
  });

  test('a text that has become too late is dropped, and staff see that it was', async () => {
    const { texts, row } = await switchedOffAndOn(3_600_000);
    expect(texts).toMatchObject([{ sent_at: null }]);
    expect(texts[0]?.state).toMatch(/^(expired|dropped)$/u);
    expect(row.state).toBe(texts[0]?.state);
  });
});

describe('the outbox', () => {
  const outbox = async (query: string) => (await venue.get(`/api/messages?${query}`, { as: 'user' })).body;

  test('is read page by page, newest first, and by state', async () => {
    for (let guest = 0; guest < 3; guest += 1) await aCalledGuest();
    const all: Message[] = (await outbox('limit=200')).items;
    expect(all.map(({ id }) => id)).toEqual(
      all
        .map(({ id }) => id)
        .toSorted()
        .reverse(),
    );
    const pages: Message[] = [];
    let cursor: string | null = 'g';
    while (cursor !== null) {
      const page: { items: Message[]; next_cursor: string | null } = await outbox(`limit=4&cursor=${cursor}`);
      expect(page.items.length).toBeLessThanOrEqual(4);
      pages.push(...page.items);
      cursor = page.next_cursor;
    }
    expect(pages).toEqual(all);
    const pending: Message[] = (await outbox('limit=200&state=pending')).items;
    expect(pending).toEqual(all.filter(({ state }) => state === 'pending'));
    expect(pending).toHaveLength(3);
  });

  test('counts on the floor what still waits', async () => {
    await clock.advance(5_000);
    const count = async () => (await venue.get('/api/floor', { as: 'user' })).body.counts.messages_pending;
    expect(await count()).toBe(0);
    await aCalledGuest();
    expect(await count()).toBe(1);
    await clock.advance(5_000);
    expect(await count()).toBe(0);
  });

  test.each(['state=lost', 'limit=0', 'limit=1e9'])('refuses ?%s', async (query) => {
    expect((await venue.get(`/api/messages?${query}`, { as: 'user' })).status).toBe(422);
  });
});
