import type { Clock } from '@dugout/appliance/platform/clock.ts';
import { pino } from 'pino';
import type { Brought } from '../commands/appliance-door.ts';
import { createCommandCourier } from '../commands/command-courier.ts';
import { connect, type PostgresConnection, type Value } from '../postgres/connection.ts';
import { openBookkeeping } from '../shipping/bookkeeping.ts';
import type { CloudAccess } from '../shipping/cloud-access.ts';
import type { Failpoint } from '../shipping/failpoints.ts';
import { createShipper } from '../shipping/shipper.ts';
import { aChaosProxy, placeOf } from '../testing/chaos-proxy.ts';

/** What happens to a daemon at a failpoint, the next time that it comes by. */
export interface Strike {
  readonly at: Failpoint | 'anywhere';
  readonly how: () => void | Promise<void>;
}

export interface MortalDaemonOptions {
  readonly directory: string;
  readonly site: string;
  readonly siteUrl: string;
  readonly clock: Clock;
  readonly limits: { readonly keys: number; readonly bytes: number };
  /** The appliance beside it. */
  bring(command: {
    readonly id: string;
    readonly path: string;
    readonly expires_in_ms: number;
  }): Promise<Brought>;
  /** Called with the loop standing still. */
  onApplied(): Promise<void>;
}

const patience = {
  heartbeatMs: 100,
  busyPollMs: 2,
  idlePollMs: 3,
  busyForMs: 1_000,
  holdMs: 20,
  fencedMs: 30,
  stuckMs: 20_000,
  deadlineMs: 4_000,
  connectMs: 4_000,
};
/** Pauses are shorter here than what they stand for. */
const hurry = 0.1;

/**
 * The daemon's own parts that ship and bring commands, on a bad network of its own. It can die at any place where it
 * waits: everything that it has in memory is gone then, and its files are as they were.
 */
export async function aMortalDaemon(options: MortalDaemonOptions) {
  const { directory, site, clock, limits } = options;
  const network = await aChaosProxy(placeOf(options.siteUrl));
  const url = network.through(options.siteUrl);
  const logger = pino({ level: process.env['DUGOUT_TEST_LOG'] ?? 'silent' });
  const connections = new Set<PostgresConnection>();
  let dead = false;
  let strike: (Strike & { struck(): void }) | undefined;
  let lastApplied: readonly Value[] | undefined;

  const unlessDead = (task: () => void) => () => {
    if (!dead) task();
  };
  const ownClock: Clock = {
    now: clock.now,
    monotonic: clock.monotonic,
    after: (ms, task) => clock.after(ms * hurry, unlessDead(task)),
    every: (ms, task) => clock.every(ms, unlessDead(task)),
    deadline: (ms, task) => clock.deadline(ms, task),
  };
  const never = () => new Promise<never>(() => {});

  function tapped(connection: PostgresConnection): PostgresConnection {
    let isAlone = true;
    return {
      query(text, values) {
        // What is part of a longer transaction does not come twice without the rest of it.
        if (text === 'BEGIN') isAlone = false;
        else if (text === 'COMMIT' || text === 'ROLLBACK') isAlone = true;
        else if (isAlone && text.startsWith('SELECT sync.apply')) lastApplied = values;
        return heard(connection.query(text, values));
      },
      copyIn: (text, chunks) => heard(connection.copyIn(text, chunks)),
      copyOut: connection.copyOut,
      close: () => heard(connection.close()),
      destroy: connection.destroy,
      get isLost() {
        return connection.isLost;
      },
      onNotice: connection.onNotice,
      onLost: (listener) =>
        connection.onLost((failure) => {
          if (!dead) listener(failure);
        }),
    };
  }

  /** The dead hear no answers. */
  function heard<Result>(answer: Promise<Result>): Promise<Result> {
    return answer.then(
      (result) => (dead ? never() : result),
      (error: unknown) => (dead ? never() : Promise.reject(error)),
    );
  }

  const cloud: CloudAccess = {
    configured: true,
    async connect(name, settings = {}) {
      const connection = await heard(connect(url, { ...settings, name, clock }));
      connections.add(connection);
      return tapped(connection);
    },
  };
  const bookkeeping = openBookkeeping(directory, clock);
  const shipper = createShipper({
    site: { id: site, name: 'Torture' },
    profile: 'venue',
    dataDirectory: directory,
    cloud,
    bookkeeping,
    failpoints: {
      async at(name) {
        if (dead) return never();
        if (name === 'after apply') await options.onApplied();
        if (strike !== undefined && (strike.at === name || strike.at === 'anywhere')) {
          const { how, struck } = strike;
          strike = undefined;
          await how();
          struck();
        }
        if (dead) return never();
      },
    },
    patience,
    limits: { batch: limits, chunk: limits },
    clock: ownClock,
    logger,
    random: () => 0.05,
  });
  const courier = createCommandCourier({
    connect: (deadlineMs) => cloud.connect('dugout commands', { deadlineMs }),
    site,
    appliance: { bring: (command) => (dead ? never() : options.bring(command)) },
    clock: ownClock,
    logger,
    isRecognised: shipper.isRecognised,
  });
  shipper.onProgress(courier.look);
  shipper.start();
  courier.start();

  return {
    network,
    bookkeeping,
    shipper,
    get isDead() {
      return dead;
    },
    state: () => bookkeeping.standing(),
    /** What was last sent in one call: for somebody who sends it again. */
    lastApplied: () => lastApplied,
    /**
     * Arms a strike; resolves when it has struck. A daemon that does not come by within the time is struck wherever it
     * comes by next.
     */
    async struck({ at, how }: Strike, withinMs = 150): Promise<void> {
      const struck = new Promise<void>((resolve) => {
        strike = { at, how, struck: resolve };
      });
      const cancel = clock.deadline(withinMs, () => {
        if (strike !== undefined) strike = { ...strike, at: 'anywhere' };
      });
      const giveUp = new Promise<void>((resolve) => {
        clock.deadline(withinMs + 2_000, resolve);
      });
      await Promise.race([struck, giveUp]);
      cancel();
      strike = undefined;
    },
    /** Dies now. `sockets`: whether what is on its way arrives still. */
    async die(sockets: 'end' | 'stay' = 'end'): Promise<void> {
      if (dead) return;
      dead = true;
      shipper.venue()?.close();
      bookkeeping.close();
      if (sockets === 'stay') return;
      for (const connection of connections) connection.destroy();
      await network.stop();
    },
    /** Ends what is left of it after it died. */
    async bury(): Promise<void> {
      for (const connection of connections) connection.destroy();
      await network.stop();
    },
    async stop(): Promise<void> {
      if (dead) return;
      await courier.stop();
      await shipper.stop();
      dead = true;
      bookkeeping.close();
      await network.stop();
    },
  };
}
export type MortalDaemon = Awaited<ReturnType<typeof aMortalDaemon>>;
