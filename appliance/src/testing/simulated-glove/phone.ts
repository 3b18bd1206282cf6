import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { LoginReply } from '../../../contract/auth.ts';
import { fingers } from '../../../contract/glove-frame.ts';
import { PlayerEventsPage } from '../../../contract/notifications.ts';
import { Player } from '../../../contract/players.ts';
import { type PhoneGameInput, PhoneGameReply } from '../../../contract/progress.ts';
import { aPose, type Performance } from './hand.ts';

export interface PhoneOptions {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** How long it asks again when nobody answers. */
  readonly patienceMs?: number;
}

/** What a phone was told of a game of its player's. */
export interface Reconciled {
  readonly eventId: string;
  readonly gameId: string;
  readonly processingEventId: string;
}

const ReconciliationSeen = z.looseObject({
  id: z.string(),
  type: z.literal('reconciliation'),
  game_id: z.string(),
  processing_event_id: z.string(),
});

const pauseMs = 200;
const channels = [...fingers, 'gx', 'gy', 'gz', 'ax', 'ay', 'az'];

/** What a phone records of a game, as `POST /game` takes it. */
export function recordingOf(
  performance: Performance,
  { score, rateHz = 100, seconds }: { score: number; rateHz?: number; seconds?: number },
): PhoneGameInput {
  const pose = aPose();
  const until = seconds === undefined ? performance.durationUs : seconds * 1e6;
  const round = (value: number) => Math.round(value * 1e4) / 1e4;
  const samples: number[][] = [];
  for (let count = 0; (count * 1e6) / rateHz < until; count += 1) {
    const { curls, gyro, acceleration } = performance.at((count * 1e6) / rateHz, pose);
    samples.push([...curls, ...gyro, ...acceleration].map(round));
  }
  return {
    score,
    sensor_data: { rate_hz: rateHz, channels, samples },
    hand: performance.truth.hand,
    attraction: 'glove',
  };
}

/**
 * The phone of the seed: signs its owner up and in, posts games and follows what becomes of them. What is not answered
 * is asked again with the same `Idempotency-Key`; every reconciliation event is noted once however often it is read.
 */
export function createPhone({ url, username, password, patienceMs = 60_000 }: PhoneOptions) {
  let token: string | null = null;
  let cursor: string | null = null;
  const noted = new Map<string, Reconciled>();
  /** Events that were read again although the phone had read past them. */
  let again = 0;
  let retries = 0;

  /** `cut` ends the first try in the middle, as a phone that loses its network does. */
  async function ask(
    path: string,
    init: { method?: string; body?: Uint8Array | string; headers?: Record<string, string> } = {},
    cut?: AbortSignal,
  ): Promise<Response> {
    const headers = { ...init.headers, ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
    const request: RequestInit = { ...init, headers } as RequestInit;
    const asked = performance.now();
    for (let tries = 0; ; tries += 1) {
      const limit = AbortSignal.timeout(20_000);
      const signal = tries === 0 && cut !== undefined ? AbortSignal.any([limit, cut]) : limit;
      const answer = await fetch(url + path, { ...request, signal }).catch(() => null);
      if (answer !== null && answer.status !== 429 && answer.status < 500) {
        token = answer.headers.get('renewed-token') ?? token;
        return answer;
      }
      if (performance.now() - asked > patienceMs) throw new Error(`${path} was never answered`);
      retries += 1;
      await delay(pauseMs);
    }
  }

  async function reply<Schema extends z.ZodType>(
    answer: Response,
    schema: Schema,
  ): Promise<z.output<Schema>> {
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${new URL(answer.url).pathname} answered ${answer.status} ${text}`);
    return schema.parse(JSON.parse(text));
  }
  const json = { 'content-type': 'application/json' };

  function note(event: unknown): void {
    const seen = ReconciliationSeen.safeParse(event).data;
    if (seen === undefined) return;
    if (noted.has(seen.id)) again += 1;
    noted.set(seen.id, {
      eventId: seen.id,
      gameId: seen.game_id,
      processingEventId: seen.processing_event_id,
    });
  }

  async function readOn(): Promise<void> {
    for (;;) {
      const since = cursor === null ? '' : `?since=${encodeURIComponent(cursor)}`;
      const page = await reply(await ask(`/api/me/events${since}`), PlayerEventsPage);
      for (const event of page.items) note(event);
      cursor = page.next_cursor;
      if (!page.more) return;
    }
  }

  let reading: Promise<void> = Promise.resolve();
  /** One reading after the other: two at once would see the same. */
  function read(): Promise<void> {
    const next = reading.catch(() => {}).then(readOn);
    reading = next;
    return next;
  }

  return {
    /** Whoever owns it agrees that sensors are recorded, unless told otherwise. Answers the player's id. */
    async signUp(name: string, consent: { sensor: boolean } = { sensor: true }): Promise<string> {
      const body = JSON.stringify({ name, username, password, consent });
      const headers = { ...json, 'idempotency-key': randomUUID() };
      return (await reply(await ask('/api/players', { method: 'POST', body, headers }), Player)).id;
    },
    async signIn(): Promise<void> {
      const body = JSON.stringify({ username, password });
      const answer = await ask('/login', { method: 'POST', body, headers: json });
      ({ token } = await reply(answer, LoginReply));
    },
    /** Throws when the venue says no. */
    async post(
      game: PhoneGameInput,
      { gzip = true, cut }: { gzip?: boolean; cut?: AbortSignal } = {},
    ): Promise<PhoneGameReply> {
      const text = JSON.stringify(game);
      const headers = {
        ...json,
        'idempotency-key': randomUUID(),
        ...(gzip ? { 'content-encoding': 'gzip' } : {}),
      };
      const body = gzip ? new Uint8Array(gzipSync(text)) : text;
      return reply(await ask('/game', { method: 'POST', body, headers }, cut), PhoneGameReply);
    },
    /** Reads what is new. */
    read,
    /** Reads until a game's analysis is reconciled; throws when it does not come in time. */
    async reconciled(gameId: string, withinMs = 60_000): Promise<Reconciled> {
      const until = performance.now() + withinMs;
      for (;;) {
        await read();
        const found = [...noted.values()].find((one) => one.gameId === gameId);
        if (found !== undefined) return found;
        if (performance.now() > until) throw new Error(`game ${gameId} was never reconciled`);
        await delay(pauseMs);
      }
    },
    /** Forgets where it was, as a phone that was set up anew: the next reading is from the beginning. */
    forget(): void {
      cursor = null;
      noted.clear();
      again = 0;
    },
    /** What it was told, each event once. */
    noted: (): readonly Reconciled[] => [...noted.values()],
    /** How often an event came that it had read past: 0, where reading is exact. */
    toldAgain: (): number => again,
    retries: (): number => retries,
  };
}
export type Phone = ReturnType<typeof createPhone>;
