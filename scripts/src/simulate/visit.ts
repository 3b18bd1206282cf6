import { AttractionList } from '../../../appliance/contract/attractions.ts';
import type { Game, GameState, GuestAnswer } from '../../../appliance/contract/games.ts';
import { PhotoReply } from '../../../appliance/contract/players.ts';
import type { Account } from './accounts.ts';
import type { Guest } from './guests.ts';
import { Refusal } from './http-client.ts';
import type { Phone } from './phone.ts';
import { portrait } from './portrait.ts';
import type { Randomness } from './randomness.ts';
import type { Stage } from './stage.ts';

export interface Visit {
  readonly guest: Guest;
  readonly tablet: Account;
  readonly phone: Phone;
  readonly random: Randomness;
  readonly stage: Stage;
}

const ended: readonly GameState[] = ['completed', 'cancelled'];

/** One guest, from the door to the way home. */
export async function visit(visit: Visit): Promise<void> {
  const { guest, stage } = visit;
  stage.tally.arrived += 1;
  if (await isTooLong(visit)) {
    stage.tally.walkedAway += 1;
    return;
  }
  await stage.clock.sleep(guest.typing);
  const game = await getTicket(visit);
  if (game === null) return;
  const phone = followOnPhone(visit, game);
  const state = await takeTurn(visit, game);
  await phone.close(state === 'completed');
}

/** The wait is on the tablet before anybody types a letter. */
async function isTooLong({ guest, tablet }: Visit): Promise<boolean> {
  const { items } = await tablet.client.get('/api/attractions', AttractionList);
  const high = items.find(({ id }) => id === guest.attraction)?.estimate.high_seconds ?? 0;
  return high > guest.patience;
}

/** Null when the attraction takes nobody now. */
async function getTicket({ guest, tablet: { client, calls }, random, stage }: Visit): Promise<Game | null> {
  const { attraction, account, details, partySize } = guest;
  const who = account === null ? { player: details } : { player_id: account.playerId };
  const signUp = calls.signUp({ attraction, party_size: partySize, ...who }, details.email);
  const game = await signUp.catch(turnedAway);
  if (game === null) {
    stage.tally.turnedAway += 1;
    return null;
  }
  if (account !== null) account.gameId = game.id;
  if (details.consent?.photo) {
    await client.put(`/api/players/${game.player_id}/photo`, PhotoReply, await portrait(random));
    stage.tally.photos += 1;
  }
  const queued = await calls.act(game.id, 'queue').catch(turnedAway);
  if (queued === null) {
    stage.tally.turnedAway += 1;
    await calls.act(game.id, 'cancel', { reason: 'the queue is closed' });
    return null;
  }
  stage.tally.signedUp += 1;
  return queued;
}

function turnedAway(error: unknown): null {
  if (error instanceof Refusal && ['attraction_paused', 'attraction_full'].includes(error.code)) return null;
  throw error;
}

/** Waits, is called, and plays, or does not. */
async function takeTurn(visit: Visit, game: Game): Promise<GameState> {
  const { guest, tablet, stage } = visit;
  const { intention, waitsForText, number } = guest;
  const { watch, clock, desk, stop, airwaves, attempt } = stage;
  const { id } = game;
  const until = (...states: GameState[]) => watch.until(id, [...states, ...ended], stop);
  /** Asks for the place again for as long as it is on hold or was missed: an answer by text may take effect late. */
  async function untilCalled(): Promise<GameState> {
    for (;;) {
      const state = await until('recalled', 'confirmed', 'held', 'no_show');
      if (state !== 'held' && state !== 'no_show') return state;
      desk.back.add(id);
      await until('queued', 'recalled', 'confirmed');
    }
  }

  if (guest.chatter !== null && number !== null) airwaves.text(number, guest.chatter);
  if (intention.kind === 'gives_up') {
    const called = await Promise.race([until('recalled', 'confirmed'), clock.sleep(intention.after)]);
    if (called !== undefined) await clock.sleep(20);
    const hasSaid = say(visit, game, 'leaving');
    const state = hasSaid ? await Promise.race([until(), clock.sleep(patience.answer)]) : undefined;
    if (state !== undefined) return state;
    await attempt('tablet', () => tablet.calls.act(id, 'cancel', { reason: 'does not want to wait' }));
    return until();
  }
  if (intention.kind === 'never_comes') return until('no_show');
  await untilCalled();
  if (waitsForText && number !== null && airwaves.sides.length > 0) {
    const text = airwaves.textAt(number, stop);
    await Promise.race([text, clock.sleep(patience.text), until('no_show', 'confirmed')]);
  }
  if (intention.kind === 'comes_later') {
    await clock.sleep(intention.asksAfter);
    if (say(visit, game, 'more_time')) {
      await Promise.race([until('held', 'no_show'), clock.sleep(patience.answer)]);
    }
    desk.asksForTime.add(id);
    await until('held', 'no_show');
    desk.asksForTime.delete(id);
    await clock.sleep(intention.away);
  } else say(visit, game, 'coming');
  await untilCalled();
  await clock.sleep(intention.walks);
  for (;;) {
    await untilCalled();
    desk.here.add(id);
    const state = await until('playing', 'no_show', 'held');
    desk.here.delete(id);
    if (state !== 'no_show' && state !== 'held') break;
  }
  return until();
}

/** Seconds: how long a guest waits for an answer of theirs to do something, and for a text before the board will do. */
const patience = { answer: 150, text: 300 };
const digits: Readonly<Record<GuestAnswer, string>> = { coming: '1', more_time: '2 sorry', leaving: '9' };

/** Answers by text or on the page. False where this guest walks up to somebody instead. */
function say({ guest, phone, stage }: Visit, { page_url, ticket }: Game, answer: GuestAnswer): boolean {
  const { answers, number } = guest;
  if (answers === 'on_page') {
    void stage.attempt(`phone of ${ticket}`, () => phone.press(page_url, answer));
    return true;
  }
  if (answers !== 'by_text' || number === null || stage.airwaves.sides.length === 0) return false;
  stage.airwaves.text(number, digits[answer]);
  return true;
}

/** Opens the ticket's page at once, now and then while waiting, and when all is over; who played takes the souvenir. */
function followOnPhone({ guest: { looksEvery }, phone, stage }: Visit, { page_url, ticket }: Game) {
  const { attempt, clock, stop } = stage;
  const over = new AbortController();
  const look = () => attempt(`phone of ${ticket}`, () => phone.open(page_url));
  const looking = (async () => {
    if (looksEvery === null) return;
    while (!over.signal.aborted && !stop.aborted) {
      await look();
      await clock.sleepUnless(over.signal, looksEvery);
    }
    await look();
  })();
  return {
    async close(played: boolean): Promise<void> {
      over.abort();
      await looking;
      if (played && looksEvery !== null) await attempt(`phone of ${ticket}`, () => phone.collect(page_url));
    },
  };
}
