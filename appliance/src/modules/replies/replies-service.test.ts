import { afterAll, describe, expect, test } from 'vitest';
import type { Game } from '../../../contract/games.ts';
import type { Reply } from '../../../contract/replies.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { aTestAppliance, testPassword } from '../../testing/test-appliance.ts';
import { act, aGame } from '../../testing/test-games.ts';
import { aTestCarrier, refused, taken } from '../messaging/testing/a-test-carrier.ts';

const clock = createFakeClock();
const twilio = aTestCarrier('twilio');
/** Hears, and sends nothing. */
const modem = aTestCarrier('modem');
modem.goes('no_network');
const venue = await aTestAppliance({ clock, carriers: [twilio.carrier, modem.carrier] });
afterAll(venue.stop);

let numbers = 0;
let references = 0;
const aNumber = (): string => {
  numbers += 1;
  return `+1415555${String(numbers).padStart(4, '0')}`;
};
const aGuestWith = (phone: string, more: object = {}) => ({
  player: { phone, consent: { sms: true }, ...more },
});
function texts(from: string, body: string, given?: string): Promise<void> {
  references += 1;
  return twilio.events().incoming({ reference: given ?? `SM${references}`, from, body });
}
const inbox = async (query = 'limit=200'): Promise<Reply[]> =>
  (await venue.get(`/api/replies?${query}`, { as: 'user' })).body.items;
const repliesOf = async (gameId: string) => (await inbox()).filter(({ game_id }) => game_id === gameId);
const read = async (id: string): Promise<Game> => (await venue.get(`/api/games/${id}`, { as: 'user' })).body;
/** Lets what waits leave, and tells every text to a number, oldest first. */
async function toldTo(phone: string): Promise<string[]> {
  await clock.advance(10_000);
  return twilio.given.filter(({ to }) => to === phone).map(({ body }) => body);
}

describe('an answer by text', () => {
  test.each([
    ['1', 'recalled', 'confirmed', 'confirmed', 'confirmed', 'coming'],
    ['1', 'held', 'queued', 'queued', null, 'coming'],
    ['1', 'queued', 'queued', 'noted', null, 'coming'],
    ['1', 'confirmed', 'confirmed', 'nothing_to_do', null, 'coming'],
    ['2', 'recalled', 'held', 'held', 'on_hold', 'more_time'],
    ['2', 'queued', 'held', 'held', 'on_hold', 'more_time'],
    ['2', 'held', 'held', 'nothing_to_do', null, 'more_time'],
    ['9', 'recalled', 'cancelled', 'cancelled', 'left_list', 'leaving'],
    ['9', 'queued', 'cancelled', 'cancelled', 'left_list', 'leaving'],
    ['9', 'held', 'cancelled', 'cancelled', 'left_list', 'leaving'],
    ['9', 'confirmed', 'cancelled', 'cancelled', 'left_list', 'leaving'],
  ] as const)(
    '%s when the game is %s: %s, %s, answered with %s',
    async (body, from, to, outcome, kind, said) => {
      const phone = aNumber();
      const { id, ticket } = await aGame(venue, from, aGuestWith(phone));
      await texts(phone, body);
      expect(await read(id)).toMatchObject({ state: to, answer: { said } });
      expect(await repliesOf(id)).toMatchObject([
        { text: body, outcome, reason: null, answered_with: kind, ticket, from: `••••${phone.slice(-4)}` },
      ]);
      if (to !== 'cancelled') await act(venue, id, 'cancel');
    },
  );

  test('is a step of the guest, with its reason, in the history', async () => {
    const phone = aNumber();
    const { id } = await aGame(venue, 'recalled', aGuestWith(phone));
    await texts(phone, '1');
    const { items } = (await venue.get(`/api/games/${id}/history`, { as: 'user' })).body;
    expect(items.at(-1)).toMatchObject({ action: 'confirm', actor: 'guest', actor_role: 'guest' });
  });

  test.each([
    ['2', 'confirmed', 'wrong_state'],
    ['2', 'playing', 'wrong_state'],
    ['9', 'playing', 'wrong_state'],
    ['1', 'no_show', 'wrong_state'],
    ['2', 'no_show', 'wrong_state'],
    ['where are you?', 'recalled', 'unclear'],
    ['YES', 'recalled', 'unclear'],
  ] as const)('%s when the game is %s is for staff: %s', async (body, state, reason) => {
    const phone = aNumber();
    const { id } = await aGame(venue, state, aGuestWith(phone));
    await texts(phone, body);
    expect(await read(id)).toMatchObject({ state });
    expect(await repliesOf(id)).toMatchObject([{ outcome: 'to_staff', reason, answered_with: null }]);
  });

  test.each([
    ['nobody knows', aNumber(), '1', 'no_game'],
    ['nobody knows, and asks for help', aNumber(), 'HELP', 'no_game'],
    ['is a short code', '22395', '1', 'not_a_number'],
    ['is a short code, and says stop', '22396', 'STOP', 'not_a_number'],
    ['is a name', 'MyBank', 'Your code is 1', 'not_a_number'],
  ])('from a sender who %s is for staff', async (_case, from, body, reason) => {
    await texts(from, body);
    expect((await inbox('open=true'))[0]).toMatchObject({
      text: body,
      outcome: 'to_staff',
      reason,
      game_id: null,
    });
    expect(await toldTo(from)).toEqual([]);
  });

  test('is about an ended game no more, and about a no-show for twelve hours', async () => {
    const phone = aNumber();
    await aGame(venue, 'cancelled', aGuestWith(phone));
    await aGame(venue, 'no_show', aGuestWith(phone));
    clock.stepWall(13 * 3_600_000);
    await texts(phone, '1');
    clock.stepWall(-13 * 3_600_000);
    expect((await inbox())[0]).toMatchObject({ outcome: 'to_staff', reason: 'no_game', game_id: null });
  });

  test('is about the game that is called when a phone has several', async () => {
    const phone = aNumber();
    const called = await aGame(venue, 'recalled', aGuestWith(phone));
    const held = await aGame(venue, 'held', aGuestWith(phone, { name: 'Her brother' }));
    const queued = await aGame(venue, 'queued', aGuestWith(phone, { name: 'Her sister' }));
    await texts(phone, '9');
    await texts(phone, '9');
    await texts(phone, '9');
    const order = (await inbox()).slice(0, 3).reverse();
    expect(order.map(({ game_id }) => game_id)).toEqual([called.id, held.id, queued.id]);
  });

  test('is taken once, however often the carrier brings it', async () => {
    const phone = aNumber();
    const { id } = await aGame(venue, 'recalled', aGuestWith(phone));
    await Promise.all([texts(phone, '2', 'same'), texts(phone, '2', 'same'), texts(phone, '2', 'same')]);
    await act(venue, id, 'undo');
    await texts(phone, '2', 'same');
    expect(await read(id)).toMatchObject({ state: 'recalled' });
    expect(await repliesOf(id)).toHaveLength(1);
    await act(venue, id, 'cancel');
  });

  test('is one of its own when another carrier calls it the same', async () => {
    const before = (await inbox()).length;
    await texts(aNumber(), 'hello', 'twice');
    await modem.events().incoming({ reference: 'twice', from: aNumber(), body: 'hello' });
    expect((await inbox()).length).toBe(before + 2);
  });

  test('tells the screens', async () => {
    const stop = new AbortController();
    const authorization = `Basic ${btoa(`user:${testPassword}`)}`;
    const feed = await fetch(`${venue.url}/api/live?topics=replies`, {
      headers: { authorization },
      signal: stop.signal,
    });
    const heard = (async () => {
      let text = '';
      for await (const chunk of feed.body ?? []) {
        text += Buffer.from(chunk).toString();
        if (text.includes('event: change')) return text;
      }
      return text;
    })();
    await texts(aNumber(), 'hello');
    expect(await heard).toContain('"topic":"replies"');
    stop.abort();
  });
});

describe('who opts out', () => {
  test('gets one confirmation, and nothing after it', async () => {
    const phone = aNumber();
    const { id } = await aGame(venue, 'queued', aGuestWith(phone));
    await texts(phone, 'Please stop texting me');
    await texts(phone, 'STOP');
    await texts(phone, 'Stop!!!');
    expect((await repliesOf(id)).map(({ outcome, answered_with }) => [outcome, answered_with])).toEqual([
      ['nothing_to_do', null],
      ['nothing_to_do', null],
      ['opted_out', 'opted_out'],
    ]);
    await act(venue, id, 'recall');
    await act(venue, id, 'remind');
    const told = await toldTo(phone);
    expect(told).toHaveLength(1);
    expect(await read(id)).toMatchObject({
      message: { state: 'dropped', reason: 'opted_out' },
      recall: { rung: 'board', reason: 'opted_out' },
    });
    await act(venue, id, 'cancel');
  });

  test('gets nothing of what waits for the carrier at that moment', async () => {
    const phone = aNumber();
    twilio.goes('unreachable');
    const { id } = await aGame(venue, 'recalled', aGuestWith(phone));
    await clock.advance(20_000);
    await texts(phone, 'stop');
    twilio.goes(null);
    const told = await toldTo(phone);
    expect(told.filter((body) => body.includes('your turn'))).toEqual([]);
    expect(await read(id)).toMatchObject({ recall: { rung: 'board' } });
    await act(venue, id, 'cancel');
  });

  test('stays out after a new sign-up with consent, and may still answer', async () => {
    const phone = aNumber();
    await aGame(venue, 'cancelled', aGuestWith(phone));
    await texts(phone, 'UNSUBSCRIBE');
    const { id } = await aGame(venue, 'recalled', aGuestWith(phone));
    await texts(phone, '1');
    expect(await read(id)).toMatchObject({ state: 'confirmed' });
    expect(await toldTo(phone)).toHaveLength(1);
  });

  test.each(['START', 'unstop', 'Yes'])('comes back by %s from the phone alone', async (word) => {
    const phone = aNumber();
    await aGame(venue, 'cancelled', aGuestWith(phone));
    await texts(phone, 'stop');
    await texts(phone, word);
    await texts(phone, word);
    const [again, back] = await inbox();
    expect(back).toMatchObject({ outcome: 'opted_in', answered_with: 'opted_in' });
    expect(again).toMatchObject({ answered_with: null });
    const { id } = await aGame(venue, 'recalled', aGuestWith(phone));
    expect((await toldTo(phone)).length).toBe(3);
    await act(venue, id, 'cancel');
  });

  test('at the carrier is out here, and is sent nothing about it', async () => {
    const phone = aNumber();
    twilio.answers(taken(), refused('opted_out', { optedOut: true }));
    const { id } = await aGame(venue, 'recalled', aGuestWith(phone));
    await clock.advance(10_000);
    await act(venue, id, 'cancel');
    const next = await aGame(venue, 'recalled', aGuestWith(phone));
    expect(await toldTo(phone)).toHaveLength(1);
    expect(await read(next.id)).toMatchObject({ recall: { rung: 'board', reason: 'opted_out' } });
    await act(venue, next.id, 'cancel');
  });
});

describe('answers to answers', () => {
  test('end, when a machine keeps asking', async () => {
    const phone = aNumber();
    await aGame(venue, 'queued', aGuestWith(phone));
    for (let turn = 0; turn < 20; turn += 1) await texts(phone, 'HELP');
    expect(await toldTo(phone)).toHaveLength(6);
    clock.stepWall(3_600_000);
    await texts(phone, 'HELP');
    expect((await inbox())[0]).toMatchObject({ outcome: 'helped', answered_with: 'help' });
    clock.stepWall(-3_600_000);
  });

  test('end, and an opt-out counts all the same', async () => {
    const phone = aNumber();
    await aGame(venue, 'queued', aGuestWith(phone));
    for (let turn = 0; turn < 10; turn += 1) {
      await texts(phone, 'STOP');
      await texts(phone, 'START');
    }
    await texts(phone, 'STOP');
    expect((await inbox())[0]).toMatchObject({ outcome: 'opted_out', answered_with: null });
    expect((await toldTo(phone)).length).toBeLessThanOrEqual(6);
  });
});

describe('the inbox', () => {
  test('shows what waits for staff until one of them has seen to it', async () => {
    const phone = aNumber();
    await texts(phone, 'can my dog play?');
    const [open] = await inbox('open=true&limit=1');
    expect(open).toMatchObject({ text: 'can my dog play?', handled_at: null });
    const openCount = async () => (await venue.get('/api/floor', { as: 'user' })).body.counts.replies_open;
    const before = await openCount();
    const first = await venue.post(`/api/replies/${open?.id}/handled`, { as: 'user' });
    expect(first).toMatchObject({ status: 200, body: { handled_by: 'user' } });
    const again = await venue.post(`/api/replies/${open?.id}/handled`, { as: 'user' });
    expect(again.body.handled_at).toBe(first.body.handled_at);
    expect((await inbox('open=true')).map(({ id }) => id)).not.toContain(open?.id);
    expect((await inbox()).map(({ id }) => id)).toContain(open?.id);
    expect(await openCount()).toBe(before - 1);
  });

  test('comes in pages, newest first', async () => {
    for (const body of ['a?', 'b?', 'c?']) await texts(aNumber(), body);
    const first = (await venue.get('/api/replies?limit=2', { as: 'user' })).body;
    expect(first.items.map(({ text }: Reply) => text)).toEqual(['c?', 'b?']);
    const next = (await venue.get(`/api/replies?limit=1&cursor=${first.next_cursor}`, { as: 'user' })).body;
    expect(next.items.map(({ text }: Reply) => text)).toEqual(['a?']);
  });

  test('is for staff alone, and knows its own', async () => {
    expect((await venue.get('/api/replies')).status).toBe(401);
    expect((await venue.get('/api/replies', { as: 'mlbtablet' })).status).toBe(403);
    const nothing = `/api/replies/${crypto.randomUUID()}/handled`;
    expect((await venue.post(nothing, { as: 'mlbtablet' })).status).toBe(403);
    expect((await venue.post(nothing, { as: 'user' })).status).toBe(404);
  });

  test('shows no whole number', async () => {
    const phone = aNumber();
    await texts(phone, 'hello');
    expect(JSON.stringify(await inbox())).not.toContain(phone.slice(2));
  });
});
