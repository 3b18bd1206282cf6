import { beforeEach, expect, test } from 'vitest';
import type { Station } from '../../../appliance/contract/attractions.ts';
import type { Game, GameState } from '../../../appliance/contract/games.ts';
import type { Floor } from '../../../appliance/contract/queue.ts';
import { createDesk, type Desk } from './desk.ts';
import { staffMoves } from './staff-rules.ts';

const at = Date.parse('2026-07-01T17:00:00.000Z');
const lane = { attraction: 'derby', stations: new Set(['rig-1', 'rig-2']), pace: 1 };
let desk: Desk;
beforeEach(() => {
  desk = createDesk();
});

const estimate = { low_seconds: 0, high_seconds: 60, basis: 'assumed' as const };

const aStation = (id: string, change: Partial<Station> = {}): Station => ({
  id,
  name: id,
  attraction: 'derby',
  device: id,
  in_service: true,
  presence: 'idle',
  game_id: null,
  interrupted_until: null,
  notice: null,
  ...change,
});

function aGame(id: string, state: GameState, change: Partial<Game> = {}): Game {
  const moment = new Date(at).toISOString();
  return {
    id,
    state,
    ticket: id,
    attraction: 'derby',
    party_size: 1,
    player_id: id,
    player: { id, name: 'Ana', phone: null, email: null, has_photo: false },
    station_id: null,
    score: null,
    distance: null,
    homeruns: null,
    recall_count: state === 'recalled' ? 1 : 0,
    interrupted_until: null,
    notice: null,
    created_at: moment,
    queued_at: moment,
    recalled_at: state === 'recalled' ? moment : null,
    grace_until: null,
    confirmed_at: null,
    played_at: null,
    completed_at: null,
    state_at: moment,
    page_url: 'http://127.0.0.1/s/x',
    message: null,
    recall: null,
    answer: null,
    allowed: [],
    ...change,
  };
}

const calledAgo = (id: string, seconds: number, change: Partial<Game> = {}) =>
  aGame(id, 'recalled', { recalled_at: new Date(at - seconds * 1000).toISOString(), ...change });

function aFloor(change: Partial<Omit<Floor, 'waiting'>> & { waiting?: Game[] }): Floor {
  const { waiting = [], ...rest } = change;
  return {
    at: new Date(at).toISOString(),
    attractions: [],
    stations: [aStation('rig-1'), aStation('rig-2')],
    waiting: waiting.map((game, index) => ({ ...game, position: index + 1, estimate })),
    called: [],
    confirmed: [],
    playing: [],
    held: [],
    missed: [],
    completed: [],
    counts: { served_today: 0, no_shows_today: 0, messages_pending: 0, jobs_failed: 0, replies_open: 0 },
    ...rest,
  };
}

const told = (floor: Floor) =>
  staffMoves(floor, desk, lane).map((move) =>
    move.do === 'call_next' ? 'call_next' : `${move.do} ${move.game.id}`,
  );

const three = [aGame('A1', 'queued'), aGame('A2', 'queued'), aGame('A3', 'queued')];

test('one guest is called for each free rig, and nobody when nobody waits', () => {
  expect(told(aFloor({ waiting: three }))).toEqual(['call_next', 'call_next']);
  expect(told(aFloor({ waiting: three.slice(0, 1) }))).toEqual(['call_next']);
  expect(told(aFloor({}))).toEqual([]);
});

test('nobody is called for a rig that is taken, dark, out of service, or somebody else’s', () => {
  for (const change of [{ game_id: 'x' }, { presence: 'offline' }, { in_service: false }] as const) {
    const stations = [aStation('rig-1', change), aStation('rig-2', change), aStation('rig-3')];
    expect(told(aFloor({ waiting: three, stations }))).toEqual([]);
  }
  const ofPong = [aStation('rig-1', { attraction: 'pong' })];
  expect(told(aFloor({ waiting: three, stations: ofPong }))).toEqual([]);
});

test('nobody is called while the attraction is paused', () => {
  const derby = {
    id: 'derby',
    name: 'Derby',
    capacity: null,
    grace_seconds: 180,
    reconnect_seconds: 60,
    waiting: 3,
    estimate,
  };
  expect(told(aFloor({ waiting: three, attractions: [{ ...derby, paused: true }] }))).toEqual([]);
  expect(told(aFloor({ waiting: three, attractions: [{ ...derby, paused: false }] }))).toHaveLength(2);
});

test('who is called already fills a rig; who has been missed does not', () => {
  expect(told(aFloor({ waiting: three, called: [calledAgo('B1', 10)] }))).toEqual(['call_next']);
  expect(told(aFloor({ waiting: three, called: [calledAgo('B1', 300)] }))).toEqual([
    'no-show B1',
    'call_next',
    'call_next',
  ]);
});

test('a guest who is here gets a rig of their own, for as long as there are rigs', () => {
  for (const id of ['B1', 'B2', 'B3']) desk.here.add(id);
  const moves = staffMoves(aFloor({ called: ['B1', 'B2', 'B3'].map((id) => calledAgo(id, 5)) }), desk, lane);
  expect(moves.map((move) => move.do === 'confirm' && [move.game.id, move.station.id])).toEqual([
    ['B1', 'rig-1'],
    ['B2', 'rig-2'],
  ]);
});

test('a late guest is reminded once and missed after four minutes, in the venue’s time', () => {
  expect(told(aFloor({ called: [calledAgo('B1', 89)] }))).toEqual([]);
  expect(told(aFloor({ called: [calledAgo('B1', 90)] }))).toEqual(['remind B1']);
  expect(told(aFloor({ called: [calledAgo('B1', 90, { recall_count: 2 })] }))).toEqual([]);
  expect(told(aFloor({ called: [calledAgo('B1', 240)] }))).toEqual(['no-show B1']);
  const fast = staffMoves(aFloor({ called: [calledAgo('B1', 24)] }), desk, { ...lane, pace: 10 });
  expect(fast).toMatchObject([{ do: 'no-show' }]);
});

test('who asks for time is held, and queued again when back, also after a no-show', () => {
  desk.asksForTime.add('B1');
  expect(told(aFloor({ called: [calledAgo('B1', 300)] }))).toEqual(['hold B1']);
  desk.back.add('B2').add('B3');
  expect(told(aFloor({ held: [aGame('B2', 'held')], missed: [aGame('B3', 'no_show')] }))).toEqual([
    'queue B2',
    'queue B3',
  ]);
});

test('a game at a rig that has gone dark is left to the venue, which waits for the rig', () => {
  const playing = [aGame('B1', 'playing', { station_id: 'rig-1' })];
  const confirmed = [aGame('B2', 'confirmed', { station_id: 'rig-2' })];
  const stations = [
    aStation('rig-1', { presence: 'offline', game_id: 'B1' }),
    aStation('rig-2', { presence: 'offline', game_id: 'B2' }),
  ];
  expect(told(aFloor({ playing, confirmed, stations }))).toEqual([]);
});

test('who confirmed by themselves and has no rig is seated before anybody else, and before anybody is called', () => {
  const confirmed = [aGame('B1', 'confirmed'), aGame('B2', 'confirmed', { station_id: 'rig-9' })];
  const stations = [
    aStation('rig-1'),
    aStation('rig-2'),
    aStation('rig-9', { presence: 'unknown', device: null }),
  ];
  desk.here.add('B3');
  const floor = aFloor({ confirmed, stations, called: [calledAgo('B3', 5)], waiting: three });
  expect(told(floor)).toEqual(['seat B1', 'seat B2']);
  expect(told({ ...floor, stations: [...stations.slice(0, 2), aStation('rig-9')] })).toEqual([
    'seat B1',
    'confirm B3',
  ]);
});

test('guests of other attractions are other people’s work', () => {
  desk.here.add('C1');
  const called = [calledAgo('C1', 500, { attraction: 'pong' })];
  expect(told(aFloor({ called, waiting: [aGame('C2', 'queued', { attraction: 'pong' })] }))).toEqual([]);
});
