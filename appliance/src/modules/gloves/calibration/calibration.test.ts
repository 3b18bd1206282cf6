import { describe, expect, test } from 'vitest';
import type { CalibrationPhase, CalibrationResult } from '../../../../contract/glove-calibration.ts';
import { channel } from '../../../../contract/glove-frame.ts';
import { act, allowedActions, take, tick } from './calibration.ts';
import { barsOf, confirmsItselfIn, guidanceOf, progressOf } from './calibration-progress.ts';
import { begin, type CalibrationRun, phasesOf } from './calibration-run.ts';
import { normaliser } from './normaliser.ts';
import { anObedientHand, type HandOptions, handLayout, type ObedientHand } from './testing/obedient-hand.ts';

/** Lets the hand follow the run until it is in `phase` or `ms` have passed; what happened on the way, too. */
function follow(start: CalibrationRun, hand: ObedientHand, until: CalibrationPhase, from = 0, ms = 180_000) {
  let run = start;
  let now = from;
  const phases: CalibrationPhase[] = [run.phase];
  const guidance = new Set<string>();
  const progress: number[] = [];
  while (run.phase !== until && now < from + ms) {
    now += hand.blockMs;
    run = tick(take(run, hand.block(run.phase), now), now);
    if (phases.at(-1) !== run.phase) phases.push(run.phase);
    progress.push(progressOf(run));
    for (const { code, finger } of guidanceOf(run, now))
      guidance.add(finger === null ? code : `${code}:${finger}`);
  }
  return { run, now, phases, guidance: [...guidance], progress };
}

const calibrated = (options: HandOptions = {}) => follow(begin(0), anObedientHand(options), 'await_confirm');

function resultOf(run: CalibrationRun): CalibrationResult {
  if (run.result === null) throw new Error(`${run.phase}, not judged: ${run.failure} in ${run.failedIn}`);
  return run.result;
}

describe('a hand that does what it is asked', () => {
  test('goes from phase to phase by itself and is good', () => {
    const { run, now, phases } = calibrated();
    expect(phases).toEqual([
      'raw',
      'move_fingers',
      'hold_open',
      'hold_fist',
      'hold_thumb_across',
      'await_confirm',
    ]);
    expect(now).toBeLessThan(25_000);
    const { quality, reasons, channels, gyro_bias, pose } = resultOf(run);
    expect({ quality, reasons }).toEqual({ quality: 'good', reasons: [] });
    for (const finger of ['index', 'middle', 'ring', 'pinky']) {
      expect(channels[finger]?.lo).toBeCloseTo(700 / 4_095, 2);
      expect(channels[finger]?.hi).toBeCloseTo(3_300 / 4_095, 2);
    }
    expect(channels['thumb']?.hi, 'across the palm').toBeCloseTo((3_300 + 260) / 4_095, 2);
    expect(gyro_bias?.every((bias) => Math.abs(bias) < 0.002)).toBe(true);
    expect(pose).toEqual([1, 0, 0, 0]);
  });
  test('is confirmed by nobody when it is good, and by a person before that', () => {
    const { run, now } = calibrated();
    expect(confirmsItselfIn(run, now)).toBe(5_000);
    expect(tick(run, now + 4_900).phase).toBe('await_confirm');
    const finished = tick(run, now + 5_000);
    expect(finished).toMatchObject({ phase: 'finished', result: run.result });
    expect(act(run, 'confirm', now)).toMatchObject({ phase: 'finished', result: run.result });
  });
  test.each([10, 40, 111, 281])('at %i samples a second', (rate) => {
    const { run } = calibrated({ dtUs: Math.round(1e6 / rate), samplesPerBlock: 4 });
    expect(resultOf(run).quality).toBe('good');
  });
  test('one sample at a time', () => {
    expect(resultOf(calibrated({ samplesPerBlock: 1 }).run).quality).toBe('good');
  });
  test('with a reading in 150 far off, as a line without a checksum makes them', () => {
    const { channels, quality } = resultOf(calibrated({ spikeEvery: 151 }).run);
    expect(quality).toBe('good');
    expect(channels['ring']?.hi).toBeCloseTo(3_300 / 4_095, 2);
  });
  test('with sensors that fall when a finger bends: the open hand is the one that was held', () => {
    const backwards = ['thumb', 'index', 'middle', 'ring', 'pinky'];
    const { run } = calibrated({ backwards });
    expect(resultOf(run).quality).toBe('good');
    const x = normaliser(resultOf(run));
    expect(x('index', 3_300 / 4_095)).toBeCloseTo(0, 1);
    expect(x('index', 700 / 4_095)).toBeCloseTo(1, 1);
  });
  test('with one sensor wired the other way round', () => {
    const { channels } = resultOf(calibrated({ backwards: ['ring'] }).run);
    expect(channels['ring']).toMatchObject({ quality: 'good' });
    expect((channels['ring']?.hi ?? 0) < (channels['ring']?.lo ?? 0)).toBe(true);
  });
  test('with a measure of spread, which gets a phase of its own', () => {
    const layout = { id: 91, channels: [...handLayout.channels, channel('splay_index', '1', 1 / 4_095)] };
    const { run, phases } = calibrated({ layout });
    expect(phases).toContain('hold_spread');
    expect(resultOf(run).channels['splay_index']).toMatchObject({ quality: 'good' });
  });
  test('that takes its time is waited for, even where it was right already', () => {
    const { channels } = resultOf(calibrated({ reactionMs: 1_400 }).run);
    expect(channels['thumb']?.hi, 'across the palm, and not still in the fist').toBeCloseTo(3_560 / 4_095, 2);
  });
  test('has its gyroscope’s bias taken', () => {
    expect(resultOf(calibrated({ gyroBias: 0.04 }).run).gyro_bias?.[1]).toBeCloseTo(0.04, 2);
  });
  test('sees its progress and its fingers on the way', () => {
    const { progress, run } = calibrated();
    expect(progress.every((share) => share >= 0 && share <= 1)).toBe(true);
    expect(new Set(progress.map((share) => share.toFixed(1))).size).toBeGreaterThan(8);
    expect(barsOf(run)).toHaveLength(5);
    expect(barsOf(run).every(({ moved, position }) => moved && position > -0.3 && position < 1.3)).toBe(true);
  });
});

describe('a hand that cannot', () => {
  test('a finger that does not move is named, and not waited for', () => {
    const { run, guidance } = calibrated({ stiff: ['ring'] });
    expect(guidance).toContain('finger_did_not_move:ring');
    const { quality, channels } = resultOf(run);
    expect(quality).toBe('usable');
    expect(channels['ring']).toMatchObject({ quality: 'poor', reasons: ['did_not_move'] });
    expect(channels['index']).toMatchObject({ quality: 'good' });
    expect(confirmsItselfIn(run, 0), 'a person has to look at it').toBeNull();
    expect(normaliser(resultOf(run))('ring', 0.5)).toBeUndefined();
  });
  test('three fingers that do not move leave no hand', () => {
    const { run } = calibrated({ stiff: ['ring', 'pinky', 'middle'] });
    expect(resultOf(run)).toMatchObject({ quality: 'poor' });
    expect(resultOf(run).reasons).toContain('few_fingers');
  });
  test('a hand that does not move at all is not calibrated', () => {
    const stiff = ['thumb', 'index', 'middle', 'ring', 'pinky'];
    const { run } = follow(begin(0), anObedientHand({ stiff }), 'failed');
    expect(run).toMatchObject({ failure: 'timed_out', failedIn: 'move_fingers' });
    expect(allowedActions(run)).toEqual(['retry', 'cancel']);
  });
  test('a trembling hand is told to hold still, and then taken as it is', () => {
    const { run, guidance } = calibrated({ tremor: 0.06 });
    expect(guidance).toContain('hold_still');
    const { quality, reasons, channels } = resultOf(run);
    expect(quality).toBe('usable');
    expect(reasons).toContain('open_not_steady');
    expect(channels['index']?.lo).toBeCloseTo(700 / 4_095, 1);
  });
  test('a hand that shakes over its whole range is poor', () => {
    const { run } = calibrated({ tremor: 0.2 });
    expect(resultOf(run).quality).toBe('poor');
  });
  test('a range below 15 % of the full scale is no range', () => {
    const { run } = follow(begin(0), anObedientHand({ open: 700, closed: 1_200 }), 'failed');
    expect(run.failure).toBe('timed_out');
  });
  test('a fist that is none is not taken for one', () => {
    const hand = anObedientHand();
    const { run, now } = follow(begin(0), hand, 'hold_fist');
    let open = run;
    let at = now;
    while (open.phase === 'hold_fist') {
      at += hand.blockMs;
      open = tick(take(open, hand.block('hold_open'), at), at);
      if (open.phase === 'hold_fist' && at > now + 2_500) {
        expect(guidanceOf(open, at)[0]?.code).toBe('close_tighter');
      }
    }
    expect(open).toMatchObject({ phase: 'failed', failure: 'timed_out', failedIn: 'hold_fist' });
    expect(act(open, 'retry', at)?.phase, 'the open hand may have been the mistake').toBe('hold_open');
  });
  test('a guest who is one step behind does not calibrate the hand upside down', () => {
    const hand = anObedientHand();
    const { run, now } = follow(begin(0), hand, 'hold_open');
    let late = run;
    for (let at = now; at < now + 6_000; at += hand.blockMs) late = take(late, hand.block('hold_fist'), at);
    expect(late.phase, 'a fist is no open hand').toBe('hold_open');
    expect(guidanceOf(late, now + 5_950)[0]?.code).toBe('open_wider');
  });
});

describe('a glove that', () => {
  test('dies in the middle of a phase is waited for, and the phase begins anew when it is back', () => {
    const hand = anObedientHand();
    const { run, now } = follow(begin(0), hand, 'hold_fist');
    let at = now;
    let half = run;
    for (; at < now + 2_400; at += hand.blockMs) half = take(half, hand.block('hold_fist'), at);
    expect(progressOf(half)).toBeGreaterThan(0.2);
    half = tick(half, at + 5_000);
    expect(half.phase).toBe('hold_fist');
    expect(guidanceOf(half, at + 5_000)).toEqual([{ code: 'wait_for_glove', finger: null }]);
    hand.restart();
    const back = take(half, hand.block('hold_fist'), at + 10_000);
    expect(progressOf(back)).toBeLessThan(0.1);
    const { run: whole } = follow(back, hand, 'await_confirm', at + 10_000);
    expect(resultOf(whole).quality).toBe('good');
  });
  test('does not come back ends it, and it can be taken up again', () => {
    const hand = anObedientHand();
    const { run, now } = follow(begin(0), hand, 'hold_fist');
    const failed = tick(run, now + 30_000);
    expect(failed).toMatchObject({ phase: 'failed', failure: 'glove_away', failedIn: 'hold_fist' });
    const retried = act(failed, 'retry', now + 60_000);
    expect(retried?.phase).toBe('hold_open');
    if (retried === null) return;
    expect(tick(retried, now + 61_000).phase, 'it has time to come back').toBe('hold_open');
    expect(resultOf(follow(retried, hand, 'await_confirm', now + 61_000).run).quality).toBe('good');
  });
  test('loses samples while it is held starts the two seconds again', () => {
    const hand = anObedientHand();
    const { run, now } = follow(begin(0), hand, 'hold_open');
    let at = now;
    let held = run;
    for (let block = 0; block < 600; block += 1) {
      at += hand.blockMs;
      held = take(held, hand.block('hold_open', block % 30 === 29 ? { lost: 3 } : {}), at);
    }
    expect(held.phase).toBe('hold_open');
  });
  test('is silent from the beginning', () => {
    expect(tick(begin(0), 29_999).phase).toBe('raw');
    expect(tick(begin(0), 30_000)).toMatchObject({ phase: 'failed', failure: 'glove_away' });
  });
  test('becomes another one is not calibrated half by half', () => {
    const { run, now } = follow(begin(0), anObedientHand(), 'hold_fist');
    const layout = { id: 7, channels: handLayout.channels.slice(0, 5) };
    const changed = take(run, anObedientHand({ layout }).block('hold_fist'), now + 50);
    expect(changed).toMatchObject({ phase: 'failed', failure: 'glove_changed' });
    expect(act(changed, 'retry', now + 100)?.phase).toBe('raw');
  });
  test('calibrates itself is refused, however far one has come', () => {
    const { run, now } = follow(begin(0), anObedientHand(), 'hold_fist');
    const refused = take(run, anObedientHand({ deviceAuto: true }).block('hold_fist'), now + 50);
    expect(refused).toMatchObject({ phase: 'failed', failure: 'glove_calibrates_itself' });
    expect(allowedActions(refused)).toEqual(['save_travel', 'cancel']);
    expect(act(refused, 'retry', now + 60)).toBeNull();
  });
  test('has no fingers has nothing to calibrate', () => {
    const layout = { id: 3, channels: handLayout.channels.slice(5) };
    const { run } = follow(begin(0), anObedientHand({ layout }), 'failed', 0, 1_000);
    expect(run.failure).toBe('nothing_to_calibrate');
  });
});

describe('a person', () => {
  test('skips what may be skipped, and nothing else', () => {
    const hand = anObedientHand();
    for (const phase of ['move_fingers', 'hold_open', 'hold_fist'] as const) {
      const { run, now } = follow(begin(0), anObedientHand(), phase);
      expect(act(run, 'skip', now), phase).toBeNull();
    }
    const { run, now } = follow(begin(0), hand, 'hold_thumb_across');
    const skipped = act(run, 'skip', now);
    expect(skipped?.phase).toBe('await_confirm');
    expect(skipped?.result?.channels['thumb']?.hi).toBeCloseTo(3_300 / 4_095, 2);
  });
  test('does a phase again, and the whole after the result', () => {
    const { run, now } = follow(begin(0), anObedientHand(), 'hold_fist');
    const again = act(run, 'retry', now);
    expect(again).toMatchObject({ phase: 'hold_fist', hold: { askedUs: 0 } });
    const { run: judged, now: then } = calibrated();
    expect(act(judged, 'retry', then)).toMatchObject({ phase: 'move_fingers', kept: {}, result: null });
  });
  test('cancels at any time, once', () => {
    for (const phase of ['move_fingers', 'hold_open', 'await_confirm'] as const) {
      const { run, now } = follow(begin(0), anObedientHand(), phase);
      const cancelled = act(run, 'cancel', now);
      expect(cancelled?.phase).toBe('cancelled');
      expect(cancelled && allowedActions(cancelled)).toEqual([]);
      expect(cancelled && take(cancelled, anObedientHand().block('raw'), now + 50)).toBe(cancelled);
    }
  });
  test('does not confirm what is not there yet', () => {
    const { run, now } = follow(begin(0), anObedientHand(), 'hold_fist');
    expect(act(run, 'confirm', now)).toBeNull();
  });
  test('who does not look at a result that needs them finds it ended', () => {
    const { run, now } = calibrated({ stiff: ['ring'] });
    expect(tick(run, now + 119_000).phase).toBe('await_confirm');
    expect(tick(run, now + 120_000)).toMatchObject({ phase: 'failed', failedIn: 'await_confirm' });
  });
});

describe('a check', () => {
  const kept = resultOf(calibrated().run);
  const checked = (raw: number) => {
    const hand = anObedientHand({ seed: 9 });
    hand.drift(raw);
    return follow(begin(0, kept), hand, 'finished').run;
  };
  test('has an open hand alone', () => {
    expect(phasesOf(begin(0, kept))).toEqual(['raw', 'hold_open', 'finished']);
  });
  test.each([
    [0, false],
    [200, false],
    [320, true],
    [-320, true],
  ])('finds a shift of %i in 2600 drifted: %s', (raw, drifted) => {
    const { drift } = checked(raw);
    expect(drift?.drifted).toBe(drifted);
    expect(drift?.fingers.middle).toBeCloseTo(raw / 2_600, 1);
  });
});

test('values are not clipped', () => {
  const x = normaliser(resultOf(calibrated().run));
  expect(x('index', (3_300 + 520) / 4_095)).toBeCloseTo(1.2, 1);
  expect(x('index', (700 - 520) / 4_095)).toBeCloseTo(-0.2, 1);
  expect(x('gx', 1)).toBeUndefined();
});

test('whoever the hand belongs to, it arrives or is told why not', () => {
  for (let seed = 1; seed <= 25; seed += 1) {
    const hand = anObedientHand({
      seed,
      noise: 2 + (seed % 7) * 4,
      tremor: (seed % 5) * 0.01,
      reactionMs: 300 + (seed % 4) * 700,
      open: 300 + (seed % 3) * 500,
      samplesPerBlock: 1 + (seed % 10),
    });
    const { run } = follow(begin(0), hand, 'await_confirm');
    expect(resultOf(run).quality, `seed ${seed}`).not.toBe('poor');
  }
});
