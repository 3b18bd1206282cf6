import { createChance } from './chance.ts';
import { type FaultCounts, type FaultRates, noFaultCounts, noFaults } from './fault-rates.ts';
import { createFaultyLine, type Packet } from './faulty-line.ts';
import {
  bootLog,
  frameBytes,
  frameChannels,
  fullScalesOf,
  type GloveFormat,
  isFramed,
  type LineEnd,
  layoutOf,
  lineOf,
  putSample,
} from './formats.ts';
import { createPerformance, type Hand, type Performance } from './hand.ts';
import { createSensors, type Reading } from './sensors.ts';

export interface GloveOptions {
  readonly name: string;
  readonly seed: number;
  readonly hand?: Hand;
  readonly format?: GloveFormat;
  /** Samples a second. */
  readonly rateHz?: number;
  /** Samples in a frame. */
  readonly batch?: number;
  readonly calibrated?: boolean;
  /** The firmware rescales itself; usual for alpha and legacy. */
  readonly deviceAuto?: boolean;
  /** Blocks for a second when the host does not answer a line; usual for alpha and legacy. */
  readonly waitsForHost?: boolean;
  readonly lineEnd?: LineEnd;
  readonly faults?: Partial<FaultRates>;
}

/** What becomes of a glove, in the order of time. */
export type Departure =
  | { readonly what: 'packet'; readonly atUs: number; readonly packet: Packet }
  | { readonly what: 'power'; readonly atUs: number; readonly on: boolean }
  | {
      readonly what: 'state';
      readonly atUs: number;
      readonly state: 'online' | 'idle';
      readonly battery: number;
    };

export interface GloveCounts {
  /** Measured, and given a number where the format has numbers. */
  samples: number;
  packets: number;
  /** Lives of its numbering. */
  runs: number;
  answers: number;
  /** Times that it has waited for an answer in vain. */
  waits: number;
  readonly faults: FaultCounts;
}

/** Samples that were on their way in one piece and arrived, if nobody else lost any; each counted once. */
export function arrivingSamples({ samples, faults }: GloveCounts): number {
  const { lost, torn, deleted, flipped, garbled, dropout } = faults;
  return [lost, torn, deleted, flipped, garbled, dropout].reduce(
    (rest, kind) => rest - kind.samples,
    samples,
  );
}

/** A glove on a hand. It has no clock: `step` says what time it is, in microseconds of the world's clock. */
export interface SimulatedGlove {
  readonly name: string;
  readonly hand: Hand;
  readonly format: GloveFormat;
  readonly rateHz: number;
  readonly calibrated: boolean;
  readonly deviceAuto: boolean;
  readonly counts: GloveCounts;
  /** All that happened until `nowUs`. Time does not go back. */
  step(nowUs: number): Departure[];
  /** When there is something to do next. */
  nextUs(): number;
  /** What the host said. */
  hear(bytes: Uint8Array, nowUs: number): void;
  /** The hand does something else from now on. */
  wear(performance: Performance, nowUs: number): void;
  /** A signal becomes visible to whose hand it is, at `atUs` of the world's clock. */
  see(atUs: number): void;
  /** The battery falls out, for so many seconds. */
  losePower(nowUs: number, seconds: number): void;
  /** What is half filled or held back leaves now. */
  finish(nowUs: number): Departure[];
  /** Force feedback as the host asked for it last, thumb first. */
  readonly force: readonly number[] | null;
}

const answerPatienceUs = 1_000_000;
const stateEveryUs = 30_000_000;
const batteryHours = 6;
const wakeLookUs = 100_000;
/** What counts as a movement, of the curl, for a glove that would like to sleep. */
const movement = 0.05;

export function createGlove(options: GloveOptions): SimulatedGlove {
  const {
    name,
    seed,
    hand = 'right',
    format = 'frame',
    rateHz = 100,
    batch = 5,
    calibrated = false,
  } = options;
  const isFirmwareOfLucid = format === 'alpha' || format === 'legacy';
  const { deviceAuto = isFirmwareOfLucid, waitsForHost = isFirmwareOfLucid, lineEnd = '\n' } = options;
  const faults: FaultRates = { ...noFaults, ...options.faults };
  const chance = createChance(seed);
  const counts: GloveCounts = {
    ...{ samples: 0, packets: 0, runs: 0, answers: 0, waits: 0 },
    faults: noFaultCounts(),
  };
  const line = createFaultyLine(faults, chance.fork(), counts.faults);
  const sensors = createSensors({ fullScales: fullScalesOf(format), deviceAuto, faults }, chance.fork());
  const fate = chance.fork();
  let performance = createPerformance({ seed, hand });
  let force: readonly number[] | null = null;
  let heard = '';

  const framed = isFramed(format);
  const size = framed ? batch : 1;
  const dtUs = Math.round(1e6 / rateHz);
  /** Of the world's clock, between two samples of a glove whose clock is not quite right. */
  const periodUs = dtUs / (1 + faults.clockPpm / 1e6);
  const layout = layoutOf(calibrated);
  let values = new Int16Array(size * frameChannels);
  const outbox: Departure[] = [];
  const waitFor = (perMinute: number) =>
    perMinute > 0 ? (60e6 / perMinute) * -Math.log(1 - fate.next()) : Infinity;

  let begunUs = Number.NaN;
  let wornUs = 0;
  let steppedUs = 0;
  let seq = 0;
  let ticks = 0;
  let pending = 0;
  let firstUs = 0;
  let sampleUs = 0;
  let blockedUntilUs = -Infinity;
  let isBlocked = false;
  let offUntilUs = -Infinity;
  let silentUntilUs = -Infinity;
  let isOn = false;
  let isAsleep = false;
  let movedUs = 0;
  const rested = new Float64Array(5);
  const due = { powerLoss: Infinity, dropout: Infinity, clockStep: Infinity, state: Infinity };

  function begin(nowUs: number): void {
    begunUs = nowUs;
    wornUs = nowUs;
    due.powerLoss = nowUs + waitFor(faults.powerLossesPerMinute);
    due.dropout = nowUs + waitFor(faults.dropoutsPerMinute);
    due.clockStep = nowUs + waitFor(faults.clockStepsPerMinute);
    powerOn(nowUs);
  }

  function powerOn(atUs: number): void {
    isOn = true;
    isAsleep = false;
    isBlocked = false;
    counts.runs += 1;
    steppedUs = 0;
    seq = 0;
    ticks = 0;
    pending = 0;
    sampleUs = atUs;
    movedUs = atUs;
    sensors.forget();
    outbox.push({ what: 'power', atUs, on: true });
    due.state = atUs;
    for (const said of bootLog(faults.bootLogLines, hand)) {
      counts.faults.bootLogLines += 1;
      const bytes = encode(`${said}\r\n`);
      outbox.push({ what: 'packet', atUs, packet: { bytes, seq: 0, samples: 0, intact: true, atUs } });
    }
    line.garble(faults.wrongBaudPackets);
  }

  function losePower(atUs: number, seconds = faults.powerLossSeconds): void {
    isOn = false;
    counts.faults.powerLosses += 1;
    // What it had measured and not sent is gone with it.
    counts.samples -= pending;
    pending = 0;
    line.drop();
    offUntilUs = atUs + seconds * 1e6;
    outbox.push({ what: 'power', atUs, on: false });
    due.powerLoss = offUntilUs + waitFor(faults.powerLossesPerMinute);
  }

  function tell(atUs: number): void {
    due.state = atUs + stateEveryUs;
    const battery = Math.max(0, 1 - (atUs - begunUs) / (batteryHours * 3600e6));
    outbox.push({
      what: 'state',
      atUs,
      state: isAsleep ? 'idle' : 'online',
      battery: Math.round(battery * 100) / 100,
    });
  }

  function leave(bytes: Uint8Array, samples: number, atUs: number): void {
    counts.packets += 1;
    const packet: Packet = { bytes, seq, samples, intact: true, atUs };
    seq += samples;
    if (atUs < silentUntilUs) {
      counts.faults.dropout.packets += 1;
      counts.faults.dropout.samples += samples;
      return;
    }
    for (const one of line.carry(packet)) outbox.push({ what: 'packet', atUs: one.atUs, packet: one });
  }

  function measure(atUs: number): void {
    const reading = sensors.read(performance, atUs - wornUs, (atUs - begunUs) / 1e6);
    if (faults.sleepAfterSeconds > 0 && isTooStill(reading, atUs)) return;
    counts.samples += 1;
    if (framed) {
      if (pending === 0) firstUs = ticks * dtUs + steppedUs;
      putSample(values, pending * frameChannels, reading, calibrated ? sensors : null);
      pending += 1;
      if (pending === size) leaveFrame(atUs);
    } else {
      leave(encode(lineOf(format, reading, lineEnd)), 1, atUs);
      if (waitsForHost) {
        isBlocked = true;
        blockedUntilUs = atUs + answerPatienceUs;
      }
    }
    ticks += 1;
  }

  function leaveFrame(atUs: number): void {
    if (!framed || pending === 0) return;
    const frame = {
      flags: { calibrated, deviceAuto, left: hand === 'left' },
      seq,
      t0Us: Math.max(0, Math.round(firstUs)),
      dtUs,
      count: pending,
      layoutId: layout.id,
      channels: frameChannels,
      values: values.subarray(0, pending * frameChannels),
    };
    leave(frameBytes(frame, format), pending, atUs);
    pending = 0;
    values = new Int16Array(size * frameChannels);
  }

  function isTooStill({ pose }: Reading, atUs: number): boolean {
    if (pose.curls.some((curl, finger) => Math.abs(curl - (rested[finger] ?? 0)) > movement)) {
      rested.set(pose.curls);
      movedUs = atUs;
    }
    const was = isAsleep;
    isAsleep = atUs - movedUs > faults.sleepAfterSeconds * 1e6;
    if (isAsleep && !was) {
      counts.faults.sleeps += 1;
      leaveFrame(atUs);
    }
    if (isAsleep !== was) tell(atUs);
    return isAsleep;
  }

  /** When the glove does something by itself next. */
  function nextOwnUs(): number {
    if (!isOn) return offUntilUs;
    const sample = isBlocked ? Math.max(sampleUs, blockedUntilUs) : sampleUs;
    return Math.min(sample, due.powerLoss, due.dropout, due.clockStep, due.state);
  }

  function happen(atUs: number): void {
    if (!isOn) powerOn(atUs);
    else if (atUs >= due.powerLoss) losePower(atUs);
    else if (atUs >= due.state) tell(atUs);
    else if (atUs >= due.dropout) fallSilent(atUs);
    else if (atUs >= due.clockStep) stepClock(atUs);
    else measureInTime(atUs);
  }

  function fallSilent(atUs: number): void {
    counts.faults.dropouts += 1;
    silentUntilUs = atUs + faults.dropoutSeconds * 1e6;
    due.dropout = silentUntilUs + waitFor(faults.dropoutsPerMinute);
  }

  function stepClock(atUs: number): void {
    counts.faults.clockSteps += 1;
    steppedUs += Math.round(fate.between(-1, 1) * faults.clockStepMs * 1000);
    due.clockStep = atUs + waitFor(faults.clockStepsPerMinute);
  }

  function measureInTime(atUs: number): void {
    if (isBlocked) counts.waits += 1;
    isBlocked = false;
    measure(atUs);
    // A sketch that was held up goes on from there; a timer does not care.
    sampleUs = waitsForHost ? Math.max(sampleUs, atUs) + periodUs : sampleUs + periodUs;
    if (!isAsleep) return;
    // It looks now and then whether the hand moves, in whole ticks of its clock.
    const looks = Math.max(0, Math.round(wakeLookUs / dtUs) - 1);
    ticks += looks;
    sampleUs += looks * periodUs;
  }

  const taken = (nowUs: number): Departure[] => {
    const until = outbox.findIndex(({ atUs }) => atUs > nowUs);
    return outbox.splice(0, until < 0 ? outbox.length : until);
  };

  return {
    ...{ name, hand, format, rateHz, calibrated, deviceAuto, counts },
    get force() {
      return force;
    },
    nextUs: () => Math.min(nextOwnUs(), outbox[0]?.atUs ?? Infinity),
    step(nowUs) {
      if (Number.isNaN(begunUs)) begin(nowUs);
      for (let next = nextOwnUs(); next <= nowUs; next = nextOwnUs()) happen(next);
      return taken(nowUs);
    },
    hear(bytes, nowUs) {
      heard += Buffer.from(bytes).toString('latin1');
      const lines = heard.split('\n');
      heard = lines.pop() ?? '';
      for (const answer of lines) {
        counts.answers += 1;
        const asked = /^A(\d+)B(\d+)C(\d+)D(\d+)E(\d+)\r?$/u.exec(answer);
        if (asked !== null) force = asked.slice(1).map(Number);
        if (!isBlocked) continue;
        isBlocked = false;
        sampleUs = Math.max(sampleUs, nowUs);
      }
    },
    wear(next, nowUs) {
      performance = next;
      wornUs = nowUs;
      movedUs = nowUs;
    },
    see: (atUs) => performance.see(atUs - wornUs),
    losePower(nowUs, seconds) {
      if (isOn) losePower(nowUs, seconds);
    },
    finish(nowUs) {
      if (!isOn) return [];
      leaveFrame(nowUs);
      for (const packet of line.flush()) outbox.push({ what: 'packet', atUs: packet.atUs, packet });
      return outbox.splice(0);
    },
  };
}

const encode = (text: string): Uint8Array => Buffer.from(text, 'latin1');
