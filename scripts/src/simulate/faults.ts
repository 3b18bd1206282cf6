import { setTimeout as delay } from 'node:timers/promises';
import type { PowerCord } from './power-cord.ts';
import type { Randomness } from './randomness.ts';
import type { Tally } from './tally.ts';

export const faultKinds = ['rig', 'wan', 'modem', 'glove'] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface FaultsWanted {
  /** What goes wrong by itself; the others do when somebody asks for them. */
  readonly kinds: readonly FaultKind[];
  /** About so many seconds pass between two faults. */
  readonly everySeconds: number;
}

/** Something that can be taken away. */
export interface Outlet {
  /** What nobody reaches without it. */
  readonly reaches: string;
  cut(): void;
  restore(): void;
}
export type Outlets = Readonly<Record<'wan' | 'modem', readonly Outlet[]>>;

/** The battery of a glove that somebody plays with. */
export interface Battery {
  /** Whose it is, as people call it. */
  readonly glove: string;
  /** It is back after so many seconds. */
  takeOut(seconds: number): void;
}

export interface FaultOptions extends FaultsWanted {
  readonly cords: readonly PowerCord[];
  /** Of gloves that are in a game now. */
  readonly batteries: () => readonly Battery[];
  /** All that goes by the internet goes together. */
  readonly outlets: Outlets;
  /** How long a game of the attraction waits for its rig, in seconds. */
  readonly reconnectSeconds: (attraction: string) => number;
  readonly random: Randomness;
  readonly tally: Pick<Tally, 'plugsPulled' | 'wanCuts' | 'modemUnplugs' | 'batteriesOut'>;
  /** Says what is done, a short line each. */
  readonly say: (line: string) => void;
}

export interface Faults {
  /** One fault now. False, and a line that says why, when there is nothing to take away. */
  strike(kind: FaultKind): boolean;
  /** One fault after the other, until `stop` is aborted. */
  run(stop: AbortSignal): Promise<void>;
  /** Everything is plugged in again at once. */
  mend(): void;
}

const words = {
  wan: {
    cut: (outlets: readonly Outlet[]) =>
      `cut the internet: ${outlets.map(({ reaches }) => reaches).join(' and ')} cannot be reached`,
    back: 'the internet is back',
  },
  modem: { cut: () => 'unplugged the modem', back: 'the modem is plugged in again' },
} as const;
const batteryOutSeconds = [3, 6] as const;
/** Nobody plays just now: somebody will in a moment. */
const lookAgainMs = 250;

/** Takes things away in the middle of the work, and gives them back. Durations are real: so is the venue's patience. */
export function createFaults(options: FaultOptions): Faults {
  const { cords, outlets, random, tally, say, everySeconds } = options;
  /** What is away now, and how it comes back. */
  const away = new Map<object, { back: () => void; timer: NodeJS.Timeout }>();

  /** Games that have lost their rig: no guest loses it twice, or the last one would never get to the end. */
  const suffered = new Set<string>();

  function takeAway(what: object, seconds: number, back: () => void): void {
    const comeBack = () => {
      away.delete(what);
      back();
    };
    away.set(what, { back: comeBack, timer: setTimeout(comeBack, seconds * 1_000) });
  }

  function pullPlug(): boolean {
    const [first, ...others] = cords.filter(({ playing }) => playing !== null && !suffered.has(playing));
    if (first === undefined) return false;
    const cord = random.pick([first, ...others]);
    if (cord.playing !== null) suffered.add(cord.playing);
    const window = options.reconnectSeconds(cord.attraction);
    // Sometimes the game still waits for its rig, sometimes it has been given back by then.
    const share = random.chance(0.6) ? random.between(0.1, 0.6) : random.between(1.2, 1.5);
    const seconds = Math.max(1, Math.round(window * share));
    cord.pull();
    tally.plugsPulled += 1;
    say(`pulled the plug of ${cord.name}, plugs it in again in ${seconds} s`);
    takeAway(cord, seconds, () => {
      cord.plugIn();
      say(`${cord.name} has power again`);
    });
    return true;
  }

  function cut(kind: 'wan' | 'modem'): boolean {
    const lost = outlets[kind];
    if (lost.length === 0 || away.has(lost)) return false;
    // Without the internet long enough that whoever looks on from afar is told.
    const share = kind === 'wan' ? random.between(1, 1.6) : random.between(0.3, 1);
    const seconds = Math.max(1, Math.round(share * everySeconds));
    tally[kind === 'wan' ? 'wanCuts' : 'modemUnplugs'] += 1;
    say(`${words[kind].cut(lost)}, for ${seconds} s`);
    for (const outlet of lost) outlet.cut();
    takeAway(lost, seconds, () => {
      say(words[kind].back);
      for (const outlet of lost) outlet.restore();
    });
    return true;
  }

  function takeBatteryOut(): boolean {
    const [first, ...others] = options.batteries();
    if (first === undefined) return false;
    const { glove, takeOut } = random.pick([first, ...others]);
    const seconds = random.whole(...batteryOutSeconds);
    tally.batteriesOut += 1;
    say(`took the battery out of ${glove} in the middle of a game, for ${seconds} s`);
    takeOut(seconds);
    return true;
  }

  function strikeNow(kind: FaultKind): boolean {
    if (kind === 'rig') return pullPlug();
    return kind === 'glove' ? takeBatteryOut() : cut(kind);
  }

  return {
    strike(kind) {
      const struck = strikeNow(kind);
      if (!struck) say(whyNot(kind, outlets));
      return struck;
    },
    async run(stop) {
      const pause = (ms: number) => delay(ms, undefined, { signal: stop });
      let round = random.whole(0, 2);
      while (options.kinds.length > 0 && !stop.aborted) {
        await pause(everySeconds * 1_000 * random.between(0.6, 1.4)).catch(() => undefined);
        round += 1;
        const kind = options.kinds[round % options.kinds.length];
        while (kind !== undefined && !stop.aborted && !strikeNow(kind))
          await pause(lookAgainMs).catch(() => undefined);
      }
    },
    mend() {
      for (const { back, timer } of [...away.values()]) {
        clearTimeout(timer);
        back();
      }
    },
  };
}

function whyNot(kind: FaultKind, outlets: Outlets): string {
  if (kind === 'rig') return 'nobody plays who has not lost their rig already';
  if (kind === 'glove') return 'nobody plays with a glove just now whose battery could be taken out';
  if (outlets[kind].length > 0) return `${kind}: is away already`;
  return kind === 'wan'
    ? 'the internet is not ours to cut: only a Twilio stood in for (--twilio <port>) or the way to the cloud (--wan <port>) is'
    : 'the modem is not ours to unplug: only an emulated one (--modem <path>) is';
}
