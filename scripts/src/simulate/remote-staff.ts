import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Game } from '../../../appliance/contract/games.ts';
import { Floor } from '../../../appliance/contract/queue.ts';
import { Command, type CommandStatus } from '../../../appliance/contract/replication.ts';
import { type Credentials, createHttpClient } from './http-client.ts';
import type { Ledger } from './ledger.ts';
import type { Randomness } from './randomness.ts';

export interface RemoteStaffOptions extends Credentials {
  /** The replica. */
  readonly url: string;
  readonly attractions: readonly string[];
  readonly random: Randomness;
  readonly say: (line: string) => void;
  readonly stop: AbortSignal;
}

/** Somebody who looks at the venue from afar, and acts now and then. */
export interface RemoteStaff {
  /** Works until the simulation stops. */
  readonly done: Promise<void>;
  /** Ids of all that was asked of the venue. */
  readonly asked: readonly string[];
  /** What became of it, as the replica tells. Steps that the venue has taken are noted in the ledger. */
  outcomes(ledger: Ledger): Promise<ReadonlyMap<string, CommandStatus>>;
}

const betweenActsMs = [6_000, 14_000] as const;
const attemptMs = 10_000;
/** How long somebody far away waits for the venue to have done what it was asked. */
const outcomeMs = 15_000;
const open: readonly CommandStatus[] = ['queued', 'sent'];

interface Act {
  readonly path: string;
  readonly body: object;
  readonly words: string;
}

/** Goes to work at once. What the venue does with each action is its own to say, and is asked for at the end. */
export function workFromAfar(options: RemoteStaffOptions): RemoteStaff {
  const { url, username, password, random, say, stop } = options;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const client = createHttpClient({ url, username, password, stop, onRetry: () => {} });
  const asked: string[] = [];

  async function order({ path, body, words }: Act): Promise<void> {
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(attemptMs),
    });
    const id = answer.headers.get('command-id');
    if (id === null) return;
    asked.push(id);
    say(`from afar, ${words}: ${inWords(answer.status)}`);
  }

  async function actOnce(): Promise<void> {
    const act = nextAct(await client.get('/api/floor', Floor), options);
    if (act !== undefined) await order(act);
  }

  async function work(): Promise<void> {
    const pause = (ms: number) => delay(ms, undefined, { signal: stop }).catch(() => undefined);
    while (!stop.aborted) {
      await pause(random.between(...betweenActsMs));
      // A replica that cannot be reached, or does not know its venue yet, is what somebody far away lives with.
      if (!stop.aborted) await actOnce().catch(() => undefined);
    }
  }

  async function outcomeOf(id: string): Promise<Command> {
    const patient = createHttpClient({
      ...{ url, username, password, onRetry: () => {} },
      stop: AbortSignal.timeout(outcomeMs),
    });
    const until = performance.now() + outcomeMs;
    for (;;) {
      const command = await patient.get(`/api/commands/${id}`, Command);
      if (!open.includes(command.status) || performance.now() > until) return command;
      await delay(200);
    }
  }

  return {
    done: work(),
    asked,
    async outcomes(ledger) {
      const outcomes = new Map<string, CommandStatus>();
      for (const id of asked) {
        const { status, path, actor, answer } = await outcomeOf(id);
        outcomes.set(id, status);
        const game = status === 'applied' ? Game.safeParse(answer?.body).data : undefined;
        if (game === undefined) continue;
        const action = path.endsWith('/remind') ? 'remind' : 'recall';
        ledger.steps.push({ gameId: game.id, action, actor, to: 'recalled' });
      }
      return outcomes;
    },
  };
}

/** What somebody would do who sees this floor. */
function nextAct(floor: Floor, { attractions, random }: RemoteStaffOptions): Act | undefined {
  const [first, ...others] = attractions.filter(
    (id) =>
      floor.waiting.some(({ attraction }) => attraction === id) &&
      floor.stations.some(({ attraction, game_id }) => attraction === id && game_id === null),
  );
  if (first !== undefined && random.chance(0.6)) {
    const attraction = random.pick([first, ...others]);
    return { path: '/api/queue/call-next', body: { attraction }, words: `call next at ${attraction}` };
  }
  const [called] = floor.called;
  if (called === undefined) return undefined;
  const body = { reason: 'seen from afar' };
  return { path: `/api/games/${called.id}/remind`, body, words: `remind ${called.ticket}` };
}

function inWords(status: number): string {
  if (status === 202) return 'waits for the venue';
  return status < 300 ? 'done at the venue' : 'the venue said no';
}

/** How what the replica tells of remote actions differs from what the venue has written down of them. */
export function outcomeDisagreements(
  told: ReadonlyMap<string, CommandStatus>,
  atVenue: ReadonlyMap<string, string>,
): string[] {
  return [...told].flatMap(([id, status]) => {
    const there = atVenue.get(id);
    if (there === status) return [];
    return [`remote action ${id} is ${status} at the replica and ${there ?? 'unknown'} at the venue`];
  });
}
