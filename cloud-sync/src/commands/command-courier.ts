import { triesBeforeGivingUp } from '@dugout/appliance/contract/replication.ts';
import type { Clock } from '@dugout/appliance/platform/clock.ts';
import { describeError } from '@dugout/appliance/platform/describe-error.ts';
import { createNowAndThen } from '@dugout/appliance/platform/now-and-then.ts';
import type { Logger } from 'pino';
import type { PostgresConnection } from '../postgres/connection.ts';
import type { ApplianceDoor } from './appliance-door.ts';
import { type WaitingCommand, type WaitingCommands, waitingCommands } from './waiting-commands-store.ts';

export interface CommandCourierOptions {
  /** A connection of its own, as the site. */
  readonly connect: (deadlineMs: number) => Promise<PostgresConnection>;
  readonly site: string;
  readonly appliance: Pick<ApplianceDoor, 'bring'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /**
   * Whether the cloud takes us for the site's appliance just now. A twin, or a venue whose history went back, does
   * nothing for those far away before somebody has decided which of the two it is.
   */
  readonly isRecognised: () => boolean;
}

/** The doorbell can be missed: the connection may have been somebody else's for a moment, or be dead without a word. */
const lookEveryMs = 5_000;
/** A command may hold a picture. */
const atOnce = 8;
/** A command that the venue failed on rests for this long, and for twice as long each time. */
const restMs = 1_000;
/** After it, an answer that has not come back to the cloud is asked for again; the venue knows it by heart. */
const knownForMs = 60_000;
const reconnectAfterMs = 1_000;
/** Looks are the heartbeat: one that is not answered in this time shows that the connection is gone. */
const deadlineMs = 15_000;

/**
 * Brings what is asked for in the cloud to the venue, one after the other, on a connection of its own. It writes no
 * result: what became of a command is a row of the venue, and arrives in the cloud together with what it did.
 */
export function createCommandCourier(options: CommandCourierOptions) {
  const { site, appliance, clock, logger } = options;
  const worthSaying = createNowAndThen(clock);
  /** Answered, or resting: until when, on the monotonic clock, they are not asked for. */
  const leftAlone = new Map<string, number>();
  const figures = new Map<string, number>();
  let connection: PostgresConnection | undefined;
  let running: Promise<void> | undefined;
  let stopped = false;
  let wasRecognised = false;
  let rung = false;
  let wake: () => void = () => {};

  /** Something may have been asked for, or has changed. */
  const ring = (): void => {
    rung = true;
    wake();
  };

  async function waitForRing(ms: number): Promise<void> {
    if (rung || stopped) return;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });
  }

  async function work(): Promise<void> {
    while (!stopped) {
      try {
        connection = await options.connect(deadlineMs);
        if (!stopped) await serve(connection);
      } catch (error) {
        if (worthSaying('cloud')) logger.warn({ err: error }, 'the cloud cannot be asked for commands');
      } finally {
        connection?.destroy();
      }
      rung = false;
      await waitForRing(reconnectAfterMs);
    }
  }

  async function serve(live: PostgresConnection): Promise<void> {
    const waiting = waitingCommands(live, site);
    live.onNotice(ring);
    live.onLost(ring);
    await waiting.listen();
    while (!stopped && !live.isLost) {
      rung = false;
      const isThere = !options.isRecognised() || (await bringAll(waiting));
      await waitForRing(isThere ? untilNextLook() : reconnectAfterMs);
    }
  }

  /** False when the appliance is not there. */
  async function bringAll(waiting: WaitingCommands): Promise<boolean> {
    for (;;) {
      forgetPast();
      const commands = await waiting.fetch(atOnce, [...leftAlone.keys()]);
      const fetchedAt = clock.monotonic();
      for (const command of commands) {
        if (stopped || !options.isRecognised()) return true;
        const expires_in_ms = command.expires_in_ms - Math.round(clock.monotonic() - fetchedAt);
        if (!(await bring({ ...command, expires_in_ms }, waiting))) return false;
      }
      if (commands.length < atOnce) return true;
    }
  }

  /** False when the appliance is not there. */
  async function bring({ age_ms, ...command }: WaitingCommand, waiting: WaitingCommands): Promise<boolean> {
    const { id, attempts, path } = command;
    // What the venue could not even read is given up without it.
    const told = attempts < triesBeforeGivingUp ? command : { ...command, headers: {}, body: '' };
    const brought = await appliance.bring(told);
    if (brought.kind === 'away') {
      if (worthSaying('appliance')) logger.warn({ why: brought.why }, 'the appliance takes no commands');
      return false;
    }
    if (brought.kind === 'failed') {
      logger.error({ command: id, path, attempts, why: brought.why }, 'the appliance failed on a command');
      count('command_faults');
      leftAlone.set(id, clock.monotonic() + restMs * 2 ** attempts);
      await waiting.countAttempt(id);
      return true;
    }
    count(`commands_${brought.outcome.status}`);
    figures.set('command_age_ms', age_ms);
    logger.info({ command: id, path, status: brought.outcome.status }, 'command done');
    leftAlone.set(id, clock.monotonic() + knownForMs);
    return true;
  }

  const count = (what: string) => figures.set(what, (figures.get(what) ?? 0) + 1);

  function forgetPast(): void {
    const now = clock.monotonic();
    for (const [id, until] of leftAlone) if (until <= now) leftAlone.delete(id);
  }

  const untilNextLook = (): number => {
    const now = clock.monotonic();
    return Math.max(1, Math.min(lookEveryMs, ...[...leftAlone.values()].map((until) => until - now)));
  };

  return {
    /** The link may be another: what waits is brought once the cloud knows us again. */
    look(): void {
      const isRecognised = options.isRecognised();
      if (isRecognised && !wasRecognised) ring();
      wasRecognised = isRecognised;
    },
    /** How commands ended since the start, how often the venue failed, and how long the last one had waited. */
    figures: (): Record<string, number> => Object.fromEntries(figures),
    start(): void {
      running ??= work().catch((error: unknown) => {
        logger.fatal({ why: describeError(error) }, 'commands are not brought any more');
        throw error;
      });
    },
    /** A command that is on its way to the appliance is waited for; the cloud is not. */
    async stop(): Promise<void> {
      stopped = true;
      wake();
      connection?.destroy();
      await running;
    },
  };
}
export type CommandCourier = ReturnType<typeof createCommandCourier>;
