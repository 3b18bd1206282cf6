import type { Station } from '../../../appliance/contract/attractions.ts';
import type { Game } from '../../../appliance/contract/games.ts';
import type { Floor } from '../../../appliance/contract/queue.ts';
import type { Desk } from './desk.ts';

/** What a member of the floor staff does next at their attraction. */
export type Move =
  | { do: 'call_next' }
  | { do: 'confirm'; game: Game; station: Station }
  | { do: 'hold' | 'queue' | 'remind' | 'no-show' | 'abort'; game: Game; why: string };

export interface Lane {
  readonly attraction: string;
  /** The stations that the simulation plays at; others belong to people. */
  readonly stations: ReadonlySet<string>;
  /** Seconds of the venue's time in one by the appliance's clock. */
  readonly pace: number;
}

/** Seconds after the call. */
const remindAfter = 90;
const missedAfter = 240;

/** All that should be done now, the most urgent first. Pure: what is seen is what is decided on. */
export function staffMoves(floor: Floor, desk: Desk, { attraction, stations, pace }: Lane): Move[] {
  const ours = (games: readonly Game[]) => games.filter((game) => game.attraction === attraction);
  const [called, playing, held] = [ours(floor.called), ours(floor.playing), ours(floor.held)];
  const free = floor.stations.filter(
    (one) => one.attraction === attraction && stations.has(one.id) && isFree(one),
  );
  const sinceCall = ({ recalled_at, state_at }: Game) =>
    ((Date.parse(floor.at) - Date.parse(recalled_at ?? state_at)) / 1000) * pace;

  const waitingHere = called.filter(({ id }) => desk.here.has(id));
  const confirms = waitingHere.flatMap((game, index): Move[] => {
    const station = free[index];
    return station === undefined ? [] : [{ do: 'confirm', game, station }];
  });
  const away = called.filter(({ id }) => !desk.here.has(id) && !desk.asksForTime.has(id));
  const missed = away.filter((game) => sinceCall(game) >= missedAfter);
  const late = away.filter(
    (game) => game.recall_count === 1 && sinceCall(game) >= remindAfter && sinceCall(game) < missedAfter,
  );
  const stillCalled = called.length - missed.length;
  const isPaused = floor.attractions.some(({ id, paused }) => id === attraction && paused);
  const toCall = isPaused ? 0 : Math.max(0, Math.min(free.length - stillCalled, ours(floor.waiting).length));

  return [
    ...playing.filter((game) => isDark(game, floor.stations)).map(move('abort', 'the rig is dark')),
    ...[...called, ...ours(floor.waiting)]
      .filter(({ id }) => desk.asksForTime.has(id))
      .map(move('hold', 'asked for more time')),
    ...[...held, ...ours(floor.missed)].filter(({ id }) => desk.back.has(id)).map(move('queue', 'is back')),
    ...confirms,
    ...missed.map(move('no-show', 'did not come')),
    ...late.map(move('remind', 'is not here yet')),
    ...Array.from({ length: toCall }, (): Move => ({ do: 'call_next' })),
  ];
}

const move =
  (what: 'hold' | 'queue' | 'remind' | 'no-show' | 'abort', why: string) =>
  (game: Game): Move => ({ do: what, game, why });

const isFree = ({ in_service, presence, game_id }: Station): boolean =>
  in_service && game_id === null && (presence === 'idle' || presence === 'online');

/** A game whose rig has left in the middle of it. */
const isDark = ({ station_id }: Game, stations: readonly Station[]): boolean =>
  stations.some(({ id, presence }) => id === station_id && presence === 'offline');
