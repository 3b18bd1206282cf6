import type { CarrierSide, Taken, TakenText } from './carrier-side.ts';

/** Between the carriers and the guests' phones. */
export interface Airwaves {
  /** How many texts phones have sent. */
  readonly brought: () => number;
  readonly sides: readonly CarrierSide[];
  /** Resolves when a text arrives at the number after now; never rejects. `enough` ends the wait. */
  textAt(number: string, enough: AbortSignal): Promise<void>;
  /** Texts the venue, by the carrier of the last text to this number, else by any. */
  text(from: string, body: string): void;
  stop(): Promise<void>;
}

/**
 * Starts each side, given whom to tell of the texts it takes.
 * @param taken every text that a carrier takes is added to it
 */
export async function openAirwaves(
  taken: TakenText[],
  starts: readonly ((taken: Taken) => Promise<CarrierSide>)[],
): Promise<Airwaves> {
  const lookers = new Map<string, Set<() => void>>();
  const lastBy = new Map<string, CarrierSide['name']>();
  let brought = 0;
  const arrive = (text: TakenText) => {
    taken.push(text);
    lastBy.set(text.to, text.carrier);
    for (const look of lookers.get(text.to) ?? []) look();
  };
  const sides: CarrierSide[] = [];
  const stop = async () => void (await Promise.all(sides.map((side) => side.stop())));
  try {
    for (const start of starts) sides.push(await start(arrive));
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    brought: () => brought,
    sides,
    async textAt(number, enough) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = () => resolve();
      const all = lookers.get(number) ?? new Set();
      lookers.set(number, all.add(look));
      if (enough.aborted) resolve();
      enough.addEventListener('abort', look);
      await promise;
      enough.removeEventListener('abort', look);
      all.delete(look);
    },
    text(from, body) {
      const side = sides.find(({ name }) => name === lastBy.get(from)) ?? sides[0];
      if (side === undefined) return;
      brought += 1;
      side.bring(from, body);
    },
    stop,
  };
}

/** The number as carriers write it, of one from the notations that guests use in the United States. */
export function e164(typed: string): string {
  const digits = typed.replace(/\D/gu, '');
  return digits.length === 10 ? `+1${digits}` : `+${digits}`;
}
