import { AttractionList } from '../../../appliance/contract/attractions.ts';
import type { Game, GameState } from '../../../appliance/contract/games.ts';
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
  const { attraction, details, partySize } = guest;
  const game = await calls.signUp({ attraction, player: details, party_size: partySize }).catch(turnedAway);
  if (game === null) {
    stage.tally.turnedAway += 1;
    return null;
  }
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
async function takeTurn(
  { guest: { intention }, tablet: { calls }, stage }: Visit,
  { id }: Game,
): Promise<GameState> {
  const { watch, clock, desk, stop } = stage;
  const until = (...states: GameState[]) => watch.until(id, [...states, ...ended], stop);

  if (intention.kind === 'gives_up') {
    const called = await Promise.race([until('recalled', 'confirmed'), clock.sleep(intention.after)]);
    if (called !== undefined) await clock.sleep(20);
    return (await calls.act(id, 'cancel', { reason: 'does not want to wait' })).state;
  }
  await until('recalled', 'confirmed');
  if (intention.kind === 'never_comes') return until('no_show');
  if (intention.kind === 'comes_later') {
    await clock.sleep(intention.asksAfter);
    desk.asksForTime.add(id);
    await until('held', 'no_show');
    await clock.sleep(intention.away);
    desk.back.add(id);
    await until('recalled', 'confirmed');
  }
  await clock.sleep(intention.walks);
  for (;;) {
    desk.here.add(id);
    const state = await until('playing', 'no_show');
    desk.here.delete(id);
    if (state !== 'no_show') break;
    desk.back.add(id);
    await until('recalled', 'confirmed');
  }
  return until();
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
