import type { Logger } from 'pino';
import type { Cancel, Clock } from '../clock.ts';
import type { Lifecycle } from './lifecycle.ts';

/** From the signal to the end of the process, whatever hangs. */
const forceQuitMs = 10_000;
const longMs = 3_600_000;

/** The part of `process` that is needed here. */
export interface Host {
  on(event: 'SIGTERM' | 'SIGINT', listener: (signal: NodeJS.Signals) => void): unknown;
  on(event: 'uncaughtException', listener: (error: Error) => void): unknown;
  exit(code: number): void;
}

/**
 * Runs until SIGTERM or SIGINT, then stops in order and ends the process: with 0 when everything stopped as it
 * should, else with 1. A second signal, or ten seconds, end it at once. An error that nobody caught ends it too: what
 * the process knows is not to be trusted after that, and what matters is on disk.
 */
export async function runUntilStopped(
  lifecycle: Lifecycle,
  options: { logger: Logger; clock: Clock; host?: Host; ready?: () => void },
): Promise<void> {
  const { logger, clock, host = process } = options;
  host.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'an error that nobody caught');
    host.exit(1);
  });
  const asked = firstSignal(host, (signal) => {
    logger.info({ signal }, 'stopping');
    clock.deadline(forceQuitMs, () => {
      logger.error('not stopped in time, quitting');
      host.exit(1);
    });
  });
  const leave = stay(clock);
  const started = lifecycle.start().then(() => 'started' as const);
  // A signal that comes during the start is not kept waiting for the rest of it.
  if ((await Promise.race([started, asked])) === 'started') options.ready?.();
  await asked;
  leave();
  const [orderly] = await Promise.all([lifecycle.stop(), started]);
  host.exit(orderly ? 0 : 1);
}

/** A process whose parts all wait for somebody has nothing that holds it, and Node would end it. */
function stay(clock: Clock): Cancel {
  let cancel: Cancel;
  const hold = () => {
    cancel = clock.deadline(longMs, hold);
  };
  hold();
  return () => cancel();
}

function firstSignal(host: Host, heard: (signal: NodeJS.Signals) => void): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first = true;
    const onSignal = (signal: NodeJS.Signals) => {
      if (!first) return host.exit(1);
      first = false;
      heard(signal);
      resolve(signal);
    };
    host.on('SIGTERM', onSignal);
    host.on('SIGINT', onSignal);
  });
}
