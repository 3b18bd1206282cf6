import { expect, test } from 'vitest';
import type { CalibrationResult } from '../../../../contract/glove-calibration.ts';
import { GloveControlPayload, type SteeringMode } from '../../../../contract/glove-control.ts';
import { fingers } from '../../../../contract/glove-frame.ts';
import type { Transaction } from '../../../platform/database/transaction.ts';
import { createFakeClock } from '../../../testing/fake-clock.ts';
import { createControllerService, type Steered } from './controller-service.ts';
import { blocksOf, reach, steeringLayout, turning } from './testing/blocks.ts';

const calibration = (lo: number): CalibrationResult => ({
  channels: Object.fromEntries(
    fingers.map((finger) => [finger, { lo, hi: lo + 0.5, quality: 'good' as const, reasons: [] }]),
  ),
  gyro_bias: null,
  pose: null,
  quality: 'good',
  reasons: [],
});

function aBench(first: CalibrationResult | null = calibration(0.2)) {
  const clock = createFakeClock();
  const sent: [string, GloveControlPayload][] = [];
  const known = { calibration: first };
  const controller = createControllerService({
    clock,
    live: { changed: () => {} },
    gloveNamed: (_reads, name) => ({ name }),
    calibrationOf: () => known.calibration,
    send: (glove, control) => sent.push([glove, GloveControlPayload.parse(control)]),
  });
  const tx = { afterCommit: (task: () => void) => task() } as Transaction;
  const steer = (mode: SteeringMode, glove = 'glove-1') => controller.steer(tx, { glove, mode, by: 'hand' });
  const positions = () => sent.flatMap(([, control]) => (control.type === 'paddle' ? [control] : []));
  return { clock, sent, known, controller, steer, positions };
}
const raw = { block: { calibrated: false } };
const refusal = (code: string) => expect.objectContaining({ kind: expect.objectContaining({ code }) });

test('a glove steers from when it is told until it is told not to', () => {
  const { controller, steer, sent, positions } = aBench();
  const blocks = blocksOf({ curl: () => 0.45 }, 0.2, raw);
  for (const block of blocks) controller.take(block);
  expect(sent).toEqual([]);
  steer('pong');
  expect(sent).toEqual([['glove-1', { type: 'batch', samples: 2 }]]);
  for (const block of blocks) controller.take(block);
  expect(
    positions().map(({ n }) => n),
    'one for each of the glove’s frames',
  ).toEqual([...blocks.keys()].map((at) => at + 1));
  expect(positions().at(-1)).toMatchObject({
    y: expect.closeTo(0.5),
    t_us: (blocks.at(-1)?.t0Us ?? 0) + 10_000,
  });
  steer('off');
  expect(sent.at(-1)).toEqual(['glove-1', { type: 'batch', samples: 5 }]);
  const before = sent.length;
  for (const block of blocks) controller.take(block);
  expect(sent).toHaveLength(before);
  expect(controller.steering('glove-1').mode).toBe('off');
});

test.each([
  [281, 60],
  [100, 50],
  [50, 50],
])('a glove that sends sample by sample at %i Hz gives at most %i positions a second', (rate, most) => {
  const { controller, steer, positions } = aBench();
  steer('pong');
  for (const block of blocksOf({ curl: (s) => reach(s, 0, 4) }, 4, { ...raw, rate, each: 1 }))
    controller.take(block);
  expect(positions().length / 4).toBeGreaterThan(most * 0.8);
  expect(positions().length / 4).toBeLessThanOrEqual(most * 1.05);
});

test('whoever follows hears every position and every swing, in order, until they stop', () => {
  const { controller, steer, sent } = aBench();
  const heard: Steered[] = [];
  const stop = controller.follow((steered) => heard.push(steered));
  steer('derby');
  const turn = (s: number) => turning(s, 0.5, 0.3, 14);
  for (const block of blocksOf({ turn }, 1.5, raw)) controller.take(block);
  expect(heard).toMatchObject([{ glove: 'glove-1', control: { type: 'swing', n: 1 } }]);
  expect(sent.at(-1)?.[1]).toEqual(heard[0]?.control);
  stop();
  steer('pong');
  for (const block of blocksOf({ curl: (s) => reach(s, 0, 1) }, 1, raw)) controller.take(block);
  expect(heard).toHaveLength(1);
});

test('two gloves steer two things', () => {
  const { controller, steer, sent } = aBench();
  steer('pong');
  steer('derby', 'glove-2');
  const turn = (s: number) => turning(s, 0.5, 0.3, 14);
  for (const block of blocksOf({ turn, curl: () => 0.45 }, 1.5, raw)) {
    controller.take(block);
    controller.take({ ...block, glove: 'glove-2' });
  }
  expect(new Set(sent.map(([glove, { type }]) => `${glove} ${type}`))).toEqual(
    new Set(['glove-1 batch', 'glove-2 batch', 'glove-1 paddle', 'glove-2 swing']),
  );
});

test('a glove that sends large frames is asked again, now and then, and after it was off', async () => {
  const { clock, controller, steer, sent } = aBench();
  steer('pong');
  const asked = () => sent.filter(([, { type }]) => type === 'batch').length;
  const blocks = blocksOf({ curl: () => 0.4 }, 10, { ...raw, each: 5 });
  for (const block of blocks) {
    controller.take(block);
    await clock.advance(50);
  }
  expect(asked()).toBe(5);
  for (const block of blocksOf({}, 1, { block: { calibrated: false, run: 'b' } })) controller.take(block);
  expect(asked()).toBe(6);
});

test('a new calibration counts from the next sample on', () => {
  const { controller, known, steer, positions } = aBench();
  steer('pong');
  for (const block of blocksOf({ curl: () => 0.45 }, 0.1, raw)) controller.take(block);
  expect(positions().at(-1)?.y).toBeCloseTo(0.5);
  known.calibration = calibration(0.4);
  controller.recalibrated('glove-1');
  for (const block of blocksOf({ curl: () => 0.45 }, 0.1, raw)) controller.take(block);
  expect(positions().at(-1)?.y).toBeCloseTo(0.1);
});

test('what cannot be steered with is refused, with what to do', () => {
  const { controller, steer } = aBench(null);
  expect(() => steer('pong')).toThrow(refusal('glove_not_calibrated'));
  const layout = { id: 5, channels: steeringLayout.channels.slice(0, 5) };
  for (const block of blocksOf({}, 0.1, { layout, block: { deviceAuto: true } })) controller.take(block);
  expect(steer('pong').mode, 'a glove that scales itself can be played with').toBe('pong');
  expect(() => steer('derby')).toThrow(refusal('glove_cannot_swing'));
});
