import type { Station } from '../../../appliance/contract/attractions.ts';
import type { Game } from '../../../appliance/contract/games.ts';
import type { Floor } from '../../../appliance/contract/queue.ts';
import type { Desk } from './desk.ts';

/** What a member of the floor staff does next at their attraction. */
export type Move =
  | { do: 'call_next' }
  | { do: 'confirm' | 'seat'; game: Game; station: Station }
  | { do: 'hold' | 'queue' | 'remind' | 'no-show'; game: Game; why: string };

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
  const [called, held] = [ours(floor.called), ours(floor.held)];
  const free = floor.stations.filter(
    (one) => one.attraction === attraction && stations.has(one.id) && isFree(one),
  );
  const sinceCall = ({ recalled_at, state_at }: Game) =>
    ((Date.parse(floor.at) - Date.parse(recalled_at ?? state_at)) / 1000) * pace;

  const waitingHere = called.filter(({ id }) => desk.here.has(id));
  const unseated = ours(floor.confirmed).filter((game) => hasNoRig(game, floor.stations, stations));
  const seated = [...unseated, ...waitingHere].flatMap((game, index): Move[] => {
    const station = free[index];
    return station === undefined ? [] : [{ do: index < unseated.length ? 'seat' : 'confirm', game, station }];
  });
  const away = called.filter(({ id }) => !desk.here.has(id) && !desk.asksForTime.has(id));
  const missed = away.filter((game) => sinceCall(game) >= missedAfter);
  const late = away.filter(
    (game) => game.recall_count === 1 && sinceCall(game) >= remindAfter && sinceCall(game) < missedAfter,
  );
  const stillCalled = called.length - missed.length;
  const isPaused = floor.attractions.some(({ id, paused }) => id === attraction && paused);
  const toCall = isPaused
    ? 0
    : Math.max(0, Math.min(free.length - stillCalled - unseated.length, ours(floor.waiting).length));

  return [
    ...[...called, ...ours(floor.waiting)]
      .filter(({ id }) => desk.asksForTime.has(id))
      .map(move('hold', 'asked for more time')),
    ...[...held, ...ours(floor.missed)].filter(({ id }) => desk.back.has(id)).map(move('queue', 'is back')),
    ...seated,
    ...missed.map(move('no-show', 'did not come')),
    ...late.map(move('remind', 'is not here yet')),
    ...Array.from({ length: toCall }, (): Move => ({ do: 'call_next' })),
  ];
}

const move =
  (what: 'hold' | 'queue' | 'remind' | 'no-show', why: string) =>
  (game: Game): Move => ({ do: what, game, why });

const isFree = ({ in_service, presence, game_id }: Station): boolean =>
  in_service && game_id === null && (presence === 'idle' || presence === 'online');

/**
 * Who said by themselves that they come has the first free station, if there was one; it may be one without a rig. A
 * guest whose rig is only gone for a while keeps their place there.
 */
const hasNoRig = ({ station_id }: Game, stations: readonly Station[], played: ReadonlySet<string>): boolean =>
  station_id === null ||
  (!played.has(station_id) &&
    stations.some(
      ({ id, presence }) => id === station_id && (presence === 'offline' || presence === 'unknown'),
    ));
