import type { Logger } from 'pino';
import { type Cancel, type Clock, sleep } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import { isStorageFailure } from '../../platform/database/storage-problems.ts';
import type { Transaction } from '../../platform/database/transaction.ts';
import type { CarrierName, HandOver, UnclearHandover } from './carrier.ts';
import type { CarrierLine } from './carrier-line.ts';
import type { Begun, HandoversService, Offer } from './handovers-service.ts';
import { handoversStore } from './handovers-store.ts';
import type { OutboxClock } from './outbox-clock.ts';

/** However far away the next text seems, clocks and carriers are looked at again after this long. */
const recheckMs = 1_000;
/** A carrier answers long before; one that does not is told to give up. */
const answerMs = 120_000;
/** How long to wait before storing again what a full disk refused. */
const storageRetryMs = 1_000;
/** For what runs to end by itself when the appliance stops, and then for it to give up. */
const stopMs = { byItself: 1_500, told: 1_000 };

export interface DispatcherDeps {
  database: Pick<Database, 'write' | 'now'>;
  clock: Clock;
  times: OutboxClock;
  logger: Logger;
  handovers: HandoversService;
  /** In the order of preference. */
  lines: readonly CarrierLine[];
  /** Hears how each handing over, and each look-up, ended. */
  ended(carrier: CarrierName, result: HandOver['state']): void;
}

/**
 * Sends what waits in the outbox: wakes when a text is written, when a carrier is there again and when time has come;
 * writes down what it is about to do, does it, and writes down what came of it.
 */
export function createDispatcher(deps: DispatcherDeps) {
  const { database, clock, times, logger, handovers, lines } = deps;
  const byName = new Map(lines.map((line) => [line.carrier.name, line]));
  const running = new Set<Promise<void>>();
  const lookedUp = new Set<string>();
  const giveUp = new AbortController();
  let state: 'new' | 'running' | 'stopping' = 'new';
  let turning: Promise<void> | undefined;
  let isWanted = false;
  let storing = true;
  let stopRechecking: Cancel = () => {};
  let cancelNext: Cancel = () => {};

  /** Looks at the outbox as soon as the current turn is over. */
  function wake(): void {
    if (state !== 'running') return;
    isWanted = true;
    turning ??= takeTurns();
  }

  async function takeTurns(): Promise<void> {
    // What is written together is looked at together, so that the urgent go first.
    await Promise.resolve();
    try {
      while (isWanted && state === 'running') {
        isWanted = false;
        await followClock();
        await beginDue();
        await lookUpDue();
        storing = true;
      }
    } catch (error) {
      // Nothing is lost: it all still waits, and is looked at again within a second.
      if (storing) logger.warn({ err: error }, 'texts wait for the disk');
      storing = false;
    }
    turning = undefined;
    expectNext();
  }

  async function followClock(): Promise<void> {
    const step = times.step();
    if (step === 0) return;
    await database
      .write((tx) => {
        handoversStore.followClock(tx, step, clock.now());
        times.moved(step);
      })
      .catch((error: unknown) => {
        times.moved(-step);
        throw error;
      });
  }

  async function beginDue(): Promise<void> {
    if (handoversStore.duePending(database.now, times.now()).length === 0) {
      for (const line of lines) line.setWaiting(0);
      return;
    }
    const given: CarrierLine[] = [];
    const offers = new Map(
      lines.map((line): [CarrierName, Offer] => [line.carrier.name, offer(line, given)]),
    );
    try {
      const { begun, waiting } = await database.write((tx) => handovers.beginDue(tx, offers));
      for (const line of lines) line.setWaiting(waiting.get(line.carrier.name) ?? 0);
      for (const one of begun) run(one, (line, signal) => line.carrier.send(one.text, signal));
    } catch (error) {
      for (const line of given) {
        line.end();
        line.pace.giveBack();
      }
      throw error;
    }
  }

  const offer = (line: CarrierLine, given: CarrierLine[]): Offer => ({
    standing: line.standing,
    answerable: line.carrier.answerable ?? true,
    begin() {
      line.pace.take();
      line.begin();
      given.push(line);
    },
  });

  async function lookUpDue(): Promise<void> {
    if (handoversStore.dueUnknown(database.now, times.now()).every(({ id }) => lookedUp.has(id))) return;
    const due = (await database.write((tx) => handovers.dueLookUps(tx))).filter(
      ({ text }) => !lookedUp.has(text.id),
    );
    const later: Begun[] = [];
    for (const one of due) {
      const line = byName.get(one.handover.carrier);
      if (line === undefined || !line.health().available || !line.hasHand()) {
        later.push(one);
        continue;
      }
      lookedUp.add(one.text.id);
      line.begin();
      run(one, (_line, signal) => line.carrier.lookUp(one.text, unclear(one), signal));
    }
    if (later.length > 0)
      await database.write((tx) => {
        for (const one of later) handovers.lookUpLater(tx, one);
      });
  }

  const unclear = ({ handover }: Begun): UnclearHandover => ({
    at: handover.begun_at,
    reference: handover.reference,
    isTaken: (reference) => handoversStore.isTaken(database.now, handover, reference),
  });

  function run(begun: Begun, ask: (line: CarrierLine, signal: AbortSignal) => Promise<HandOver>): void {
    const line = byName.get(begun.handover.carrier);
    if (line === undefined) return;
    const run = perform(begun, line, ask).finally(() => {
      running.delete(run);
      lookedUp.delete(begun.text.id);
      line.end();
      wake();
    });
    running.add(run);
  }

  async function perform(
    { handover, text }: Begun,
    line: CarrierLine,
    ask: (line: CarrierLine, signal: AbortSignal) => Promise<HandOver>,
  ): Promise<void> {
    const answer = await inTime(line, ask);
    if (answer.state === 'refused' && answer.retryAfterMs !== undefined) line.pace.hold(answer.retryAfterMs);
    deps.ended(handover.carrier, answer.state);
    const standings = () => lines.map((one) => one.standing());
    await stored((tx) => handovers.settle(tx, handover.id, answer, standings())).catch((error: unknown) =>
      logger.error({ err: error, message_id: text.id }, 'what became of a text could not be stored'),
    );
  }

  async function inTime(
    line: CarrierLine,
    ask: (line: CarrierLine, signal: AbortSignal) => Promise<HandOver>,
  ): Promise<HandOver> {
    const late = new AbortController();
    const cancel = clock.after(answerMs, () => late.abort(new Error('the carrier has not answered in time')));
    try {
      return await ask(line, AbortSignal.any([late.signal, giveUp.signal]));
    } catch (error) {
      logger.error({ err: error, carrier: line.carrier.name }, 'a carrier has thrown');
      return { state: 'unknown', reason: 'carrier_failed', reference: null };
    } finally {
      cancel();
    }
  }

  /** A result that the disk has no room for is kept until it has: what has left has left. */
  async function stored(write: (tx: Transaction) => void): Promise<void> {
    for (;;) {
      try {
        return await database.write(write);
      } catch (error) {
        if (!isStorageFailure(error) || state === 'stopping') throw error;
        await sleep(clock, storageRetryMs);
      }
    }
  }

  /** What falls due, or may go by a carrier's pace, before the next look at everything has a timer of its own. */
  function expectNext(): void {
    cancelNext();
    if (state !== 'running') return;
    const planned = handoversStore.nextPlanned(database.now, times.now());
    const waits = lines.filter((line) => line.waiting() > 0).flatMap((line) => line.readyInMs() ?? []);
    const next = Math.min(
      planned === null ? recheckMs : planned - times.now(),
      ...waits.filter((ms) => ms > 0),
    );
    if (next < recheckMs) cancelNext = clock.after(next, wake);
  }

  return {
    wake,
    /** Takes over what an earlier process left behind, and begins to send. */
    async start(): Promise<void> {
      await database.write((tx) => handovers.recover(tx));
      state = 'running';
      stopRechecking = clock.every(recheckMs, wake);
      wake();
    },
    /** Gives nobody a text any more, and waits for what is under way; what does not end in time is `unknown`. */
    async stop(): Promise<void> {
      if (state !== 'running') return;
      state = 'stopping';
      stopRechecking();
      cancelNext();
      await turning;
      const ended = Promise.all(running);
      await Promise.race([ended, sleep(clock, stopMs.byItself)]);
      giveUp.abort(new Error('the appliance stops'));
      await Promise.race([ended, sleep(clock, stopMs.told)]);
    },
  };
}
export type Dispatcher = ReturnType<typeof createDispatcher>;
