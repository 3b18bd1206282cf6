/**
 * What goes wrong with a glove and on its way, all off unless told. Rates named `…Rate` are probabilities per packet (a
 * frame or a line), those named `…PerMinute` happen so often on average.
 */
export interface FaultRates {
  /** A packet that never arrives. */
  readonly lostRate: number;
  readonly duplicatedRate: number;
  /** A packet that is overtaken by the next one. */
  readonly reorderedRate: number;
  /** The last packets are sent once more, as after a reconnect. */
  readonly replayedRate: number;
  /** The tail of a packet is gone, its end of line included. */
  readonly tornRate: number;
  /** One byte of a packet is gone. */
  readonly deletedRate: number;
  /** One bit of a packet is another. */
  readonly flippedRate: number;
  /** A packet is late by up to so many milliseconds; order is kept. */
  readonly jitterMs: number;
  /** How much too fast the glove's clock runs, parts per million. */
  readonly clockPpm: number;
  readonly clockStepsPerMinute: number;
  /** How far a step sets the clock forward or back, at most. */
  readonly clockStepMs: number;
  /** Nothing is heard for a while, and what was measured meanwhile is gone. */
  readonly dropoutsPerMinute: number;
  readonly dropoutSeconds: number;
  /** The battery falls out: numbers begin at 0 when it is back. */
  readonly powerLossesPerMinute: number;
  readonly powerLossSeconds: number;
  /** A hand that lies still so long puts the glove to sleep; 0 for never. */
  readonly sleepAfterSeconds: number;
  /** Share of the range by which the bend sensors wander in a minute. */
  readonly driftPerMinute: number;
  /** A bend sensor that stays where it is: 0 the thumb … 4; null for none. */
  readonly stuckFinger: number | null;
  /** Lines of a boot log, after power comes. */
  readonly bootLogLines: number;
  /** Packets after power comes that are sent at the wrong speed and are noise at the other end. */
  readonly wrongBaudPackets: number;
}

export const noFaults: FaultRates = {
  lostRate: 0,
  duplicatedRate: 0,
  reorderedRate: 0,
  replayedRate: 0,
  tornRate: 0,
  deletedRate: 0,
  flippedRate: 0,
  jitterMs: 0,
  clockPpm: 0,
  clockStepsPerMinute: 0,
  clockStepMs: 500,
  dropoutsPerMinute: 0,
  dropoutSeconds: 3,
  powerLossesPerMinute: 0,
  powerLossSeconds: 4,
  sleepAfterSeconds: 0,
  driftPerMinute: 0,
  stuckFinger: null,
  bootLogLines: 0,
  wrongBaudPackets: 0,
};

/** What really went wrong. `samples` are those inside the packets that it happened to. */
export interface FaultCounts {
  lost: { packets: number; samples: number };
  duplicated: { packets: number; samples: number };
  reordered: { packets: number; samples: number };
  replayed: { packets: number; samples: number };
  torn: { packets: number; samples: number };
  deleted: { packets: number; samples: number };
  flipped: { packets: number; samples: number };
  /** Arrived as noise. */
  garbled: { packets: number; samples: number };
  late: { packets: number; samples: number };
  /** Measured while nobody was reached. */
  dropout: { packets: number; samples: number };
  dropouts: number;
  powerLosses: number;
  clockSteps: number;
  sleeps: number;
  bootLogLines: number;
}

export function noFaultCounts(): FaultCounts {
  const none = () => ({ packets: 0, samples: 0 });
  return {
    lost: none(),
    duplicated: none(),
    reordered: none(),
    replayed: none(),
    torn: none(),
    deleted: none(),
    flipped: none(),
    garbled: none(),
    late: none(),
    dropout: none(),
    dropouts: 0,
    powerLosses: 0,
    clockSteps: 0,
    sleeps: 0,
    bootLogLines: 0,
  };
}

/**
 * Reads `lostRate=0.01,clockPpm=80`. Throws a sentence on names that there are none of and on what is no number.
 */
export function readFaultRates(text: string): FaultRates {
  const wanted: Record<string, number> = {};
  for (const part of text.split(',').map((one) => one.trim())) {
    if (part === '') continue;
    const [name = '', figure = ''] = part.split('=');
    const value = Number(figure);
    if (!(name in noFaults))
      throw new Error(`${name} is no fault: there are ${Object.keys(noFaults).join(', ')}`);
    if (figure === '' || !Number.isFinite(value))
      throw new Error(`${name} must be a number, such as ${name}=0.01`);
    wanted[name] = value;
  }
  return { ...noFaults, ...wanted };
}
