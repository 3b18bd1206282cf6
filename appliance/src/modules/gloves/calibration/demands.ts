import type { CalibrationResult } from '../../../../contract/glove-calibration.ts';
import { type CalibrationRun, type HoldPhase, holds, movedFingers, watchedBy } from './calibration-run.ts';
import type { Demand } from './holding.ts';
import { fistUnrest, isTold, openUnrest } from './judging.ts';
import { rangeOf } from './moving.ts';

/** Shares of the range a finger moved over: how near its least reading an open one is, how far a fist is from it. */
const openShare = 0.25;
const fistShare = 0.6;
const acrossShare = 0.3;

/** What a hand has to do, and how still, for a phase to have what it needs. */
export function demandOf(run: CalibrationRun, phase: HoldPhase): Demand {
  const { pose } = holds[phase];
  const { reference } = run;
  if (reference !== null) {
    const span = (name: string) => spanOf(reference, name);
    return {
      pose,
      channels: Object.keys(watchedBy(run).curls).filter((name) => span(name) !== 0),
      limit: (name) => openUnrest * Math.abs(span(name)),
      isInPose: (name, middle) => (middle - (reference.channels[name]?.lo ?? 0)) / span(name) <= 0.5,
    };
  }
  const range = (name: string) => {
    const movement = run.movements[name];
    return movement === undefined ? 0 : rangeOf(movement);
  };
  const fromOpen = (name: string, middle: number) => middle - (run.kept.open?.medians[name] ?? middle);
  const isBent = (share: number) => (name: string, middle: number) =>
    Math.abs(fromOpen(name, middle)) >= share * range(name);
  const fistLimit = (name: string, middle: number) =>
    Math.max(fistUnrest * Math.abs(fromOpen(name, middle)), openUnrest * range(name));
  switch (phase) {
    case 'hold_open':
      return {
        pose,
        channels: movedFingers(run),
        limit: (name) => openUnrest * range(name),
        isInPose(name, middle, late) {
          const { least = 0, most = 0 } = run.movements[name] ?? {};
          const fromLeast = middle - least;
          return Math.min(fromLeast, late ? most - middle : fromLeast) <= openShare * range(name);
        },
      };
    case 'hold_fist':
      return { pose, channels: movedFingers(run), limit: fistLimit, isInPose: isBent(fistShare) };
    case 'hold_thumb_across':
      return {
        pose,
        channels: movedFingers(run).filter((name) => name === 'thumb'),
        limit: fistLimit,
        isInPose: isBent(acrossShare),
      };
    case 'hold_spread': {
      const { splays } = watchedBy(run);
      return {
        pose,
        channels: Object.keys(splays),
        limit: (name) => fistUnrest * (splays[name] ?? 1),
        isInPose: () => true,
      };
    }
    default:
      return phase satisfies never;
  }
}

const spanOf = ({ channels }: CalibrationResult, name: string): number => {
  const channel = channels[name];
  return channel !== undefined && isTold(channel) ? channel.hi - channel.lo : 0;
};
