import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { DeviceReplyPayload } from '../../../appliance/contract/devices.ts';
import { resultOf } from './derby.ts';
import type { ToldEvent } from './ledger.ts';
import type { Hands, Rig } from './rig.ts';
import { createRigSpool, type Played, type RigSpool } from './rig-spool.ts';
import { type Command, connectRig, type RigWire } from './rig-wire.ts';

/** What is true of a rig however often it starts. */
interface Cabinet extends Rig {
  readonly spool: RigSpool;
  readonly deviceNow: () => number;
  /** Whether its games can go on in the middle. */
  readonly goesOn: boolean;
}

interface Load {
  readonly gameId: string;
  readonly attraction: string;
}

const LoadArgs = z.object({ game_id: z.string(), attraction: z.string() });
const swings = 5;
/** Of the venue's time: a turn, and one with gloves, in which there is more to do. */
const turnSeconds = { usual: [110, 230], withGloves: [210, 290] } as const;
/** Shown in the first part of a turn, one after the other: milliseconds of ours, for a hand cannot be hurried. */
const signals = { most: 7, share: 0.5, apart: [1_200, 1_900] } as const;
/** What a rig that is switched off may still tell. */
const lastWordsMs = 2_000;
/** Clocks of rigs are wrong by up to so many milliseconds; some by more than the venue lets pass. */
const clocksErrMs = 4_000;

/** A rig of the kind that docs/rigs/README.md describes, until the simulation stops. Its spool outlives every power cut. */
export async function runSpoolingRig(rig: Rig): Promise<void> {
  const { stage, station, random, cord } = rig;
  const errs = random.between(-clocksErrMs, clocksErrMs);
  const deviceNow = () => Date.now() + errs;
  const cabinet = { ...rig, deviceNow, goesOn: random.chance(0.5), spool: createRigSpool(deviceNow) };
  while (!stage.stop.aborted) {
    await stage.attempt(station.name, async () => {
      await cord.plugged(stage.stop);
      await fromBootToPowerLoss(cabinet);
    });
  }
}

async function fromBootToPowerLoss(cabinet: Cabinet): Promise<void> {
  const { spool, stage, cord, identity, url, deviceNow } = cabinet;
  const power = cord.power();
  const restart = new AbortController();
  const off = AbortSignal.any([power, stage.stop, restart.signal]);
  const console = createConsole(
    cabinet,
    off,
    () => restart.abort(),
    () => wire.venueNow(),
  );
  const wire: RigWire = connectRig(
    { identity, url, deviceNow },
    {
      onCommand: console.obey,
      allTold: async () => {
        while (spool.count() > 0 && !off.aborted) await spool.changed();
      },
      playing: () => spool.playing?.gameId ?? null,
    },
  );
  const telling = tellAll(cabinet, wire, off);
  try {
    await Promise.race([console.play(() => wire.say()), wire.refused]);
  } finally {
    if (power.aborted) await wire.losePower();
    else {
      const empty = (async () => {
        while (spool.count() > 0) await spool.changed();
      })();
      await Promise.race([empty, delay(lastWordsMs, undefined, { ref: false })]);
      await wire.leave();
    }
    await telling;
  }
}

/** Tells one event after the other, in order; an event is forgotten when the venue has acknowledged it. */
async function tellAll(cabinet: Cabinet, wire: RigWire, off: AbortSignal): Promise<void> {
  const { spool, stage, identity, ledger } = cabinet;
  const power = cabinet.cord.power();
  const gone = new Promise<false>((resolve) => power.addEventListener('abort', () => resolve(false)));
  const lastWords = new Promise<false>((resolve) => {
    const giveUp = () => setTimeout(() => resolve(false), lastWordsMs).unref();
    if (off.aborted) giveUp();
    off.addEventListener('abort', giveUp);
  });
  while (!power.aborted) {
    const event = spool.first();
    if (event === undefined) {
      if (off.aborted) return;
      const ended = await Promise.race([spool.changed().then(() => true), gone, lastWords]);
      if (!ended) return;
      continue;
    }
    const said = wire.tell(event).then(
      () => true,
      () => false,
    );
    if (!(await Promise.race([said, gone, lastWords]))) return;
    const told: ToldEvent = { device: identity.name, event };
    ledger.told.push(told);
    spool.told();
    if (event.type === 'completed') stage.tally.played += 1;
  }
}

/** What runs on a rig from one start to the next. */
function createConsole(cabinet: Cabinet, off: AbortSignal, restart: () => void, venueNow: () => number) {
  const { spool, stage, random, cord, goesOn, hands } = cabinet;
  const { clock } = stage;
  let next: Load | null = null;
  let preparing: string | null = null;
  let over = new AbortController();
  let wake = () => {};
  off.addEventListener('abort', () => wake());
  const somethingNew = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  const rest = (seconds: number) => clock.sleepUnless(AbortSignal.any([off, over.signal]), seconds);

  function begin(playing: Played): void {
    spool.playing = playing;
    cord.playing = playing.gameId;
  }
  function end(): void {
    spool.playing = null;
    cord.playing = null;
    over.abort();
  }

  function carryOut({ name, args }: Command): Omit<DeviceReplyPayload, 'command_id'> {
    const gameId = args['game_id'];
    switch (name) {
      case 'load_game': {
        const load = LoadArgs.parse(args);
        const isHere = [spool.playing?.gameId, preparing].includes(load.game_id);
        if (!isHere) next = { gameId: load.game_id, attraction: load.attraction };
        wake();
        return { ok: true };
      }
      case 'clear_game':
        if (next?.gameId === gameId) next = null;
        if (preparing === gameId) over.abort();
        if (spool.playing?.gameId === gameId) end();
        return { ok: true };
      case 'abort_game': {
        const playing = spool.playing;
        if (playing === null || (gameId ?? playing.gameId) !== playing.gameId)
          return { ok: false, code: 'not_playing' };
        spool.add({ type: 'aborted', game_id: playing.gameId, reason: 'asked to' });
        end();
        return { ok: true };
      }
      case 'identify':
        return { ok: true };
      case 'restart':
        setTimeout(restart, 100).unref();
        return { ok: true };
      default:
        return { ok: false, code: 'unknown' };
    }
  }

  const isOver = () => off.aborted || over.signal.aborted;

  /** A lamp that is lit again and again, and told of each time: how fast a hand answers is worked out at the venue. */
  async function showSignals({ gameId, left }: Played, { see }: Hands): Promise<void> {
    const until = performance.now() + (left * signals.share * 1_000) / clock.pace;
    for (let shown = 0; shown < signals.most; shown += 1) {
      const pause = random.between(...signals.apart);
      if (performance.now() + pause > until) return;
      await rest((pause / 1_000) * clock.pace);
      if (isOver()) return;
      see();
      spool.add({ type: 'cue', game_id: gameId, data: { signal: 'lamp' } });
    }
  }

  async function useHands(playing: Played, hands: Hands): Promise<void> {
    const since = performance.now();
    await showSignals(playing, hands);
    if (isOver()) return;
    playing.left -= ((performance.now() - since) / 1_000) * clock.pace;
    hands.exercise(playing.gameId);
  }

  /** From the first swing, or from where the power went, to the result. */
  async function turn(playing: Played, say: () => void): Promise<void> {
    const { gameId, attraction } = playing;
    if (hands !== undefined) await useHands(playing, hands);
    const swing = playing.left / swings;
    for (let count = 1; count <= swings; count += 1) {
      await rest(swing);
      if (isOver()) return;
      playing.left -= swing;
      spool.add({
        type: 'hit',
        game_id: gameId,
        data: { exit_speed_mps: Math.round(random.between(25, 45)) },
      });
      spool.add({ type: 'progress', game_id: gameId, score: count * 100 });
    }
    const result = resultOf(attraction, random.between(0.5, 1.2), random);
    spool.add({ type: 'completed', game_id: gameId, result });
    end();
    say();
  }

  async function prepare({ gameId, attraction }: Load): Promise<Played | null> {
    preparing = gameId;
    await rest(random.between(15, 35));
    preparing = null;
    if (off.aborted || over.signal.aborted) return null;
    const [shortest, longest] = hands === undefined ? turnSeconds.usual : turnSeconds.withGloves;
    const playing: Played = { gameId, attraction, left: random.between(shortest, longest) };
    spool.add({ type: 'started', game_id: gameId });
    begin(playing);
    return playing;
  }

  return {
    obey(command: Command): DeviceReplyPayload {
      const { command_id, expires_at } = command;
      const known = spool.handled.get(command_id);
      if (known !== undefined) return known;
      const isLate = venueNow() > Date.parse(expires_at);
      const reply = { command_id, ...(isLate ? { ok: false, code: 'too_late' } : carryOut(command)) };
      spool.setHandled(reply);
      return reply;
    },
    /** Plays whoever is loaded until it is off. */
    async play(say: () => void): Promise<void> {
      const left = spool.playing;
      if (left !== null && goesOn) {
        begin(left);
        await turn(left, say);
      } else if (left !== null) {
        spool.add({ type: 'aborted', game_id: left.gameId, reason: 'the rig lost its power' });
        end();
        say();
      }
      while (!off.aborted) {
        const load: Load | null = next;
        if (load === null) {
          await somethingNew();
          continue;
        }
        next = null;
        over = new AbortController();
        const playing = await prepare(load);
        if (playing === null) continue;
        say();
        await turn(playing, say);
        if (!off.aborted) say();
      }
    },
  };
}
