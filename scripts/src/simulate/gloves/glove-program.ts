import { z } from 'zod';
import { inCheckout } from '../../checkout.ts';
import { startLineProgram } from '../carriers/line-program.ts';

const Happened = z.object({ packets: z.number(), samples: z.number() });
const FaultsCounted = z.object({
  lost: Happened,
  duplicated: Happened,
  reordered: Happened,
  replayed: Happened,
  torn: Happened,
  deleted: Happened,
  flipped: Happened,
  garbled: Happened,
  late: Happened,
  dropout: Happened,
  dropouts: z.number(),
  powerLosses: z.number(),
  clockSteps: z.number(),
  sleeps: z.number(),
  bootLogLines: z.number(),
});

/** What one simulated glove knows of itself. */
const GloveCounted = z.object({
  name: z.string(),
  format: z.string(),
  rateHz: z.number(),
  /** Measured, and numbered where its format has numbers. */
  samples: z.number(),
  packets: z.number(),
  runs: z.number(),
  /** Samples that were on their way in one piece. */
  arriving: z.number(),
  /** Of these, samples that never left, since nobody could be reached. */
  unsent: z.number(),
  answers: z.number(),
  waits: z.number(),
  faults: FaultsCounted,
});
export type GloveCounted = z.infer<typeof GloveCounted>;

/** What a phone was told: games whose result came, and how often one came that it had read past. */
const PhoneCounted = z.object({ username: z.string(), games: z.array(z.string()), again: z.number() });
export type PhoneCounted = z.infer<typeof PhoneCounted>;

/** What befell a glove, and how many samples it had measured by then. */
const GloveHappening = z.object({
  event: z.literal('happened'),
  glove: z.string(),
  what: z.enum(['power_lost', 'power_back', 'fell_asleep', 'woke_up']),
  samples: z.number(),
});
export type GloveHappening = z.infer<typeof GloveHappening>;

const Told = z.discriminatedUnion('event', [
  z.object({ event: z.literal('ready') }),
  GloveHappening,
  z.object({ event: z.literal('started'), gloves: z.number() }),
  z.object({ event: z.literal('posted'), games: z.array(z.string()) }),
  z.object({ event: z.literal('failed'), reason: z.string() }),
  z.object({
    event: z.enum(['counted', 'stopped']),
    cpu_ms: z.number(),
    gloves: z.array(GloveCounted),
    phones: z.array(PhoneCounted),
  }),
]);

/** A glove as the program takes it. */
export interface WantedGlove {
  /** As the venue calls it. */
  readonly name: string;
  readonly seed: number;
  readonly hand: 'left' | 'right';
  readonly format: string;
  readonly rateHz: number;
  readonly batch?: number;
  readonly calibrated?: boolean;
  readonly lineEnd?: string;
  /** Such as `lostRate=0.01,clockPpm=80`. */
  readonly faults?: string;
  readonly way:
    | {
        by: 'mqtt';
        broker: string;
        site: string;
        secret: string;
        qos?: 0 | 1;
        keepAliveSeconds?: number;
      }
    | { by: 'tcp'; host: string; port: number; from?: string }
    | { by: 'serial'; path: string };
}

/** What a glove's hand does from now on: a game of a player, by number, who heads somewhere. */
export interface Worn {
  readonly gloves: readonly string[];
  readonly player: { readonly seed: number; readonly course: 'improves' | 'stays' | 'declines' };
  readonly game: number;
  readonly phases?: readonly object[];
}

/** A player's phone, and how many games were played with it before, one a day until yesterday. */
export interface WantedPhone {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly player: Worn['player'];
  readonly games: number;
}

export interface GlovesCounted {
  readonly gloves: readonly GloveCounted[];
  readonly phones: readonly PhoneCounted[];
  /** Processor time that all of them took, milliseconds. */
  readonly cpuMs: number;
}

export interface GloveProgram {
  /** Resolves when all have reached the venue; rejects when one is refused. */
  start(gloves: readonly WantedGlove[]): Promise<void>;
  wear(worn: Worn): void;
  /** A signal becomes visible to whoever wears these, now. */
  see(gloves: readonly string[]): void;
  /** The battery falls out. */
  losePower(glove: string, seconds: number): void;
  /** Signs a phone in, posts its games and follows what comes of them. Resolves with the games' ids. */
  follow(phone: WantedPhone): Promise<readonly string[]>;
  count(): Promise<GlovesCounted>;
  /** Resolves with what they did in all, when they are gone. */
  stop(): Promise<GlovesCounted>;
}

/** As the gloves' process has it, however long an order is on its way: epoch microseconds. */
const worldUs = () => Math.round((performance.timeOrigin + performance.now()) * 1_000);

/** Gloves in a process of their own: a hundred samples a second of each must not wait for a crowd. */
export async function startGloveProgram(
  hear: (happening: GloveHappening) => void = () => {},
): Promise<GloveProgram> {
  let heard = Promise.withResolvers<z.infer<typeof Told>>();
  let newest: GlovesCounted = { gloves: [], phones: [], cpuMs: 0 };
  const program = await startLineProgram(
    [inCheckout('appliance/src/testing/simulated-glove/main.ts')],
    (event) => {
      const told = Told.parse(event);
      if (told.event === 'ready') return;
      if (told.event === 'happened') {
        hear(told);
        return;
      }
      if ('cpu_ms' in told) newest = { gloves: told.gloves, phones: told.phones, cpuMs: told.cpu_ms };
      heard.resolve(told);
      heard = Promise.withResolvers();
    },
  );
  const order = async (what: object) => {
    const next = heard.promise;
    program.order(what);
    const told = await next;
    if (told.event === 'failed') throw new Error(told.reason);
    return told;
  };
  return {
    async start(gloves) {
      await order({ do: 'start', gloves });
    },
    wear: (worn) => program.order({ do: 'wear', ...worn }),
    see: (gloves) => program.order({ do: 'see', gloves, atUs: worldUs() }),
    losePower: (glove, seconds) => program.order({ do: 'lose_power', glove, seconds }),
    async follow(phone) {
      const told = await order({ do: 'phone', ...phone });
      return told.event === 'posted' ? told.games : [];
    },
    async count() {
      await order({ do: 'count' });
      return newest;
    },
    async stop() {
      await program.stop();
      return newest;
    },
  };
}
