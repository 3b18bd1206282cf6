import { Floor } from '../../../appliance/contract/queue.ts';
import { Reply, ReplyPage } from '../../../appliance/contract/replies.ts';
import type { GameCalls } from './game-calls.ts';
import type { HttpClient } from './http-client.ts';
import type { Randomness } from './randomness.ts';
import { type Lane, type Move, staffMoves } from './staff-rules.ts';
import type { Stage } from './stage.ts';

/** Seconds between two looks at the console. */
const looksEvery = 2;
/** However fast the venue lives, the console is not read more often than this many times in a real second. */
const looksPerSecond = 20;

export interface FloorStaff {
  readonly lane: Lane;
  readonly client: Pick<HttpClient, 'get' | 'post'>;
  /** One of them reads what guests have texted, for all. */
  readonly readsTexts: boolean;
  readonly calls: GameCalls;
  readonly random: Randomness;
  readonly stage: Stage;
}

/** One member of the floor staff runs one attraction, until the simulation stops. */
export async function workTheFloor({
  lane,
  client,
  readsTexts,
  calls,
  random,
  stage,
}: FloorStaff): Promise<void> {
  const { clock, desk, tally, attempt, stop } = stage;
  const who = `floor staff of ${lane.attraction}`;

  async function make(move: Move): Promise<void> {
    switch (move.do) {
      case 'call_next': {
        const { id } = await calls.callNext(lane.attraction);
        if (!random.chance(0.02)) return;
        await calls.act(id, 'undo', { reason: 'pressed by mistake' });
        tally.undone += 1;
        return;
      }
      case 'confirm':
        await calls.act(move.game.id, 'confirm', { station_id: move.station.id });
        desk.here.delete(move.game.id);
        return;
      case 'seat':
        await calls.act(move.game.id, 'undo', { reason: 'there was no rig' });
        await calls.act(move.game.id, 'confirm', { station_id: move.station.id });
        return;
      default:
        await calls.act(move.game.id, move.do, { reason: move.why });
        if (move.do === 'hold') desk.asksForTime.delete(move.game.id);
        if (move.do === 'queue') desk.back.delete(move.game.id);
    }
  }

  async function readTexts(): Promise<void> {
    const { items } = await client.get('/api/replies?open=true', ReplyPage);
    for (const { id } of items) await client.post(`/api/replies/${id}/handled`, Reply);
  }

  while (!stop.aborted) {
    await attempt(who, async () => {
      const floor = await client.get('/api/floor', Floor);
      for (const move of staffMoves(floor, desk, lane)) {
        if (!stop.aborted) await attempt(who, () => make(move));
      }
      if (readsTexts && floor.counts.replies_open > 0 && random.chance(0.05)) await readTexts();
    });
    await attempt(who, () => clock.sleep(Math.max(looksEvery, clock.pace / looksPerSecond)));
  }
}
