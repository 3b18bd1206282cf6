import type { Clock } from '@dugout/appliance/platform/clock.ts';
import type { Logger } from 'pino';
import type { ConnectionSettings, PostgresConnection } from '../postgres/connection.ts';
import { replicaLimits } from './connections.ts';

export interface ResultsOptions {
  readonly url: string;
  readonly connect: (url: string, settings: ConnectionSettings) => Promise<PostgresConnection>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const againAfterMs = 1_000;
/** A connection that has died without a word is found out by asking it something. */
const askEveryMs = 5_000;

/**
 * Hears of venues' answers as they arrive, on a connection of its own. It is a doorbell: what it misses while it is cut
 * off is found by looking.
 */
export function createResults({ url, connect, clock, logger }: ResultsOptions) {
  const rung = new Map<string, number>();
  const waiting = new Set<{ readonly site: string; go(): void }>();
  const listeners: ((site: string) => void)[] = [];
  let connection: PostgresConnection | undefined;
  let stopped = false;
  let cancel = () => {};

  function ring(site: string): void {
    rung.set(site, (rung.get(site) ?? 0) + 1);
    for (const one of [...waiting]) if (one.site === site) one.go();
    for (const listener of listeners) listener(site);
  }

  async function listen(): Promise<void> {
    try {
      const opened = await connect(url, { ...replicaLimits, name: 'dugout replica listens', clock });
      if (stopped) return opened.destroy();
      connection = opened;
      opened.onNotice(({ payload }) => ring(payload));
      opened.onLost(again);
      await opened.query('LISTEN dugout_results');
      ask(opened);
    } catch (error) {
      logger.debug({ err: error }, 'results are not heard of');
      connection?.destroy();
      again();
    }
  }
  function ask(opened: PostgresConnection): void {
    cancel = clock.after(askEveryMs, () => {
      opened.query('SELECT 1').then(
        () => ask(opened),
        () => again(),
      );
    });
  }
  function again(): void {
    cancel();
    connection = undefined;
    if (!stopped) cancel = clock.after(againAfterMs, () => void listen());
  }

  return {
    /** Does not wait for the database: without it everything is found by looking. */
    start: () => void listen(),
    stop(): void {
      stopped = true;
      cancel();
      connection?.destroy();
    },
    onResult: (listener: (site: string) => void) => void listeners.push(listener),
    /** How often the site's bell has rung. */
    heard: (site: string): number => rung.get(site) ?? 0,
    /** Resolves at the next ring after `heard`, or after `ms`. */
    next(site: string, heard: number, ms: number): Promise<void> {
      if ((rung.get(site) ?? 0) !== heard) return Promise.resolve();
      return new Promise((resolve) => {
        const one = {
          site,
          go() {
            giveUp();
            waiting.delete(one);
            resolve();
          },
        };
        const giveUp = clock.after(ms, () => one.go());
        waiting.add(one);
      });
    },
  };
}
export type Results = ReturnType<typeof createResults>;
