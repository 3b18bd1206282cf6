import { setTimeout as delay } from 'node:timers/promises';
import {
  type Game,
  GameHistory,
  GamePage,
  type GameState,
  gameStates,
} from '../../../appliance/contract/games.ts';
import { type Message, MessagePage } from '../../../appliance/contract/messaging.ts';
import { type RigEvent, RigEventPage } from '../../../appliance/contract/rigs.ts';
import { disagreements } from './agreement.ts';
import type { CarrierSide } from './carriers/carrier-side.ts';
import { mailDomain } from './guests.ts';
import type { HttpClient } from './http-client.ts';
import type { Ledger } from './ledger.ts';
import { courseDisagreements, eventDisagreements } from './rig-agreement.ts';
import { type TextsTold, textDisagreements, unended } from './text-agreement.ts';

export interface Audit {
  /** Games of our own guests, by the state in which they are now. */
  readonly states: Readonly<Record<GameState, number>>;
  readonly texts: number;
  /** Of the texts, by the state in which they are now. */
  readonly textStates: Readonly<Partial<Record<Message['state'], number>>>;
  /** Games that lost their rig, and how it went on. */
  readonly interruptions: { readonly lost: number; readonly resumed: number; readonly givenBack: number };
  /** Events that rigs told and that were acknowledged. */
  readonly rigEvents: number;
  readonly acknowledged: number;
  readonly unanswered: number;
  readonly disagreements: readonly string[];
}

export interface AuditOptions {
  readonly admin: HttpClient;
  readonly ledger: Ledger;
  readonly run: string;
  readonly actors: ReadonlySet<string>;
  /** Devices of our rigs that speak MQTT. */
  readonly rigs: readonly string[];
  /** Carriers whose far side was ours. */
  readonly carriers: readonly CarrierSide['name'][];
  /** When the doors opened, epoch milliseconds. */
  readonly since: number;
  /** Whether the last guest has left: then nothing may be open any more. */
  readonly isOver: boolean;
}

/** What is on its way to a carrier, or waits to be found pointless, has this long to come to its end. */
const settleMs = 20_000;

const nobody: ReadonlySet<string> = new Set();

/** Holds everything that was acknowledged against what the appliance tells now. */
export async function audit(options: AuditOptions): Promise<Audit> {
  const { admin, ledger, run, actors, isOver } = options;
  const games = new Map((await allGames(admin)).map((game) => [game.id, game]));
  const ours = [...games.values()].filter(
    ({ id, player }) => isOfRun(player.email, run) && !ledger.posted.has(id),
  );
  const states = new Map(ours.map(({ id, state }) => [id, state]));
  const outbox = { messages: await (isOver ? settled(admin, states) : allMessages(admin)), states };
  const calls = callsByGame(outbox.messages);
  const kept = await rigEventsOf(admin, options.rigs);
  const results = new Map(ledger.results);
  for (const { event } of ledger.told) {
    // Of a type that a game may choose for itself nothing is known.
    if (event.type === 'completed' && 'result' in event) results.set(event.game_id, event.result);
  }
  const interruptions = { lost: 0, resumed: 0, givenBack: 0 };
  const found: string[] = [];

  for (const [gameId, steps] of Map.groupBy(ledger.steps, (step) => step.gameId)) {
    const game = games.get(gameId);
    if (game === undefined) {
      found.push(`game ${gameId} was acknowledged and is not there`);
      continue;
    }
    const { items: history } = await admin.get(`/api/games/${gameId}/history`, GameHistory);
    const open = ledger.open.filter((question) => question.gameId === null || question.gameId === gameId);
    // A guest from before this run has a history of which the run knows only its own part.
    const exclusive = ledger.signUps.has(gameId) ? actors : nobody;
    const known = { steps, open, result: results.get(gameId), actors: exclusive };
    found.push(...disagreements({ game, history, texts: calls.get(gameId) ?? 0 }, known));
    if (!ledger.signUps.has(gameId)) continue;
    found.push(...courseDisagreements(game, history, isOver));
    interruptions.lost += history.filter(({ action }) => action === 'interrupt').length;
    interruptions.resumed += history.filter(({ action }) => action === 'resume').length;
    interruptions.givenBack += history.filter(({ action }) => action === 'abort').length;
  }
  found.push(...eventDisagreements(kept, ledger.told));
  const carriers = new Set(options.carriers);
  found.push(...textDisagreements(outbox, { taken: ledger.taken, carriers, since: options.since, isOver }));

  const openSignUps = ledger.open.filter(({ action }) => action === 'create').length;
  const doubled = ours.filter(({ id }) => !ledger.signUps.has(id));
  if (doubled.length > openSignUps) {
    found.push(
      `sign-ups that nobody made, or that were made twice: ${doubled.map(({ ticket }) => ticket).join(', ')}`,
    );
  }
  const texts = outbox.messages.filter(({ game_id }) => game_id !== null && states.has(game_id));
  return {
    states: countStates(ours),
    texts: texts.length,
    textStates: Object.fromEntries(
      [...Map.groupBy(texts, ({ state }) => state)].map(([state, all]) => [state, all.length]),
    ),
    interruptions,
    rigEvents: ledger.told.length,
    acknowledged: ledger.steps.length,
    unanswered: ledger.open.length,
    disagreements: found,
  };
}

const isOfRun = (email: string | null, run: string): boolean =>
  email?.startsWith(`${run}-`) === true && email.endsWith(`@${mailDomain}`);

function countStates(games: readonly Game[]): Record<GameState, number> {
  const count = (state: GameState) => games.filter((game) => game.state === state).length;
  return Object.fromEntries(gameStates.map((state) => [state, count(state)])) as Record<GameState, number>;
}

async function allGames(admin: HttpClient): Promise<Game[]> {
  const games: Game[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: GamePage = await admin.get(`/api/games?limit=200&cursor=${cursor}`, GamePage);
    games.push(...page.items);
    cursor = page.next_cursor;
  }
  return games;
}

/** The outbox, once the calls that are over have an end there, or it is too late for that. */
async function settled(admin: HttpClient, states: TextsTold['states']): Promise<Message[]> {
  const until = performance.now() + settleMs;
  for (;;) {
    const messages = await allMessages(admin);
    if (unended({ messages, states }).length === 0 || performance.now() > until) return messages;
    await delay(200);
  }
}

async function allMessages(admin: HttpClient): Promise<Message[]> {
  const messages: Message[] = [];
  let path: string | null = '/api/messages?limit=200';
  while (path !== null) {
    const page: MessagePage = await admin.get(path, MessagePage);
    messages.push(...page.items);
    path = page.next_cursor === null ? null : `/api/messages?limit=200&cursor=${page.next_cursor}`;
  }
  return messages;
}

function callsByGame(messages: readonly Message[]): Map<string, number> {
  const calls = new Map<string, number>();
  for (const { game_id, kind } of messages) {
    if (game_id !== null && (kind === 'recall' || kind === 'reminder'))
      calls.set(game_id, (calls.get(game_id) ?? 0) + 1);
  }
  return calls;
}

async function rigEventsOf(admin: HttpClient, rigs: readonly string[]): Promise<RigEvent[]> {
  const events: RigEvent[] = [];
  for (const rig of rigs) {
    const first = `/api/rig-events?limit=200&device=${rig}`;
    let path: string | null = first;
    while (path !== null) {
      const page: RigEventPage = await admin.get(path, RigEventPage);
      events.push(...page.items);
      path = page.next_cursor === null ? null : `${first}&cursor=${page.next_cursor}`;
    }
  }
  return events;
}
