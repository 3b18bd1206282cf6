import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { CalibrationPhase } from '../../../../contract/glove-calibration.ts';
import { systemClock } from '../../../platform/clock.ts';
import { type Database, openDatabase } from '../../../platform/database/database.ts';
import { readMigrations } from '../../../platform/database/migrations.ts';
import { createIds } from '../../../platform/ids.ts';
import { createFakeClock } from '../../../testing/fake-clock.ts';
import { aTemporaryDirectory } from '../../../testing/temporary-directory.ts';
import { calibrationsStore } from '../gloves-store.ts';
import { resultIn } from './calibration-rows.ts';
import { createCalibrationService } from './calibration-service.ts';
import { anObedientHand, type HandOptions, type ObedientHand } from './testing/obedient-hand.ts';

const migrations = readMigrations(join(import.meta.dirname, '../../../../migrations'));

/** The service on a database of its own, and gloves that wait for it. */
function aBench(directory = aTemporaryDirectory()) {
  const clock = createFakeClock();
  const database = openDatabase({ directory, migrations, clock: systemClock });
  let isOpen = true;
  const close = () => {
    if (isOpen) database.close();
    isOpen = false;
  };
  onTestFinished(close);
  const told: string[] = [];
  const lines: string[] = [];
  const kept: string[] = [];
  const hands = new Map<string, ObedientHand>();
  const onDisk = { fails: false };
  const write: Database['write'] = (work) =>
    onDisk.fails ? Promise.reject(new Error('the disk is full')) : database.write(work);
  const service = createCalibrationService({
    clock,
    ids: createIds(clock),
    database: { write },
    live: { changed: (topic) => told.push(topic) },
    logger: { error: () => {} },
    players: { player: () => ({}) as never, consentsOf: () => ({ sensor: false }) as never },
    games: { game: () => ({ player_id: 'of-the-game' }) as never },
    gloveNamed: () => ({ hand: 'left' }),
    say: (glove, line) => glove !== 'deaf' && lines.push(`${glove} ${line}`) > 0,
    kept: (glove) => kept.push(glove),
  });
  service.startTicking();
  onTestFinished(service.stopTicking);

  const add = (glove: string, options: HandOptions = {}) => {
    const hand = anObedientHand({ glove, ...options });
    hands.set(glove, hand);
    service.take(hand.block('raw'));
  };
  /** Lets every glove follow what it is asked until `glove` is in a phase. */
  async function until(glove: string, phase: CalibrationPhase, blocks = 2_000): Promise<void> {
    for (let block = 0; block < blocks && service.phaseOf(glove) !== phase; block += 1) {
      await clock.advance(50);
      for (const [name, hand] of hands) service.take(hand.block(service.phaseOf(name) ?? 'raw'));
    }
    expect(service.phaseOf(glove)).toBe(phase);
  }
  const start = (glove: string, kind: 'full' | 'check' = 'full', player_id?: string) =>
    database.write((tx) =>
      service.start(tx, glove, { kind, ...(player_id === undefined ? {} : { player_id }) }),
    );
  const act = (glove: string, action: 'confirm' | 'retry' | 'cancel' | 'skip') =>
    database.write((tx) => service.act(tx, glove, action));
  const stored = (glove: string) => calibrationsStore.ofGlove(database.now, glove, 10);
  return {
    clock,
    database,
    service,
    told,
    lines,
    kept,
    hands,
    onDisk,
    add,
    until,
    start,
    act,
    stored,
    close,
    directory,
  };
}
const refusal = (code: string) => expect.objectContaining({ kind: expect.objectContaining({ code }) });

test('a glove is calibrated from start to disk by nobody’s hands', async () => {
  const bench = aBench();
  bench.add('one');
  const { id } = await bench.start('one');
  await bench.until('one', 'finished');
  const [row, ...others] = bench.stored('one');
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    id,
    glove: 'one',
    hand: 'left',
    player_id: null,
    drifted: 0,
    checked_at: null,
  });
  expect(row && resultIn(row)).toEqual(bench.service.progress('one').result);
  expect(bench.service.resultFor(bench.database.now, 'one')?.quality).toBe('good');
  expect(bench.kept).toEqual(['one']);
  expect(bench.told.every((topic) => topic === 'gloves')).toBe(true);
  expect(bench.told, 'the start, and each phase').toHaveLength(7);
});

test('a glove that sends sample by sample is calibrated as well', async () => {
  const bench = aBench();
  bench.add('one', { samplesPerBlock: 1, dtUs: 50_000 / 14 });
  const hand = bench.hands.get('one');
  await bench.start('one');
  for (let block = 0; block < 600 && bench.service.phaseOf('one') !== 'finished'; block += 1) {
    await bench.clock.advance(50);
    for (let n = 0; hand !== undefined && n < 14; n += 1) {
      bench.service.take(hand.block(bench.service.phaseOf('one') ?? 'raw'));
    }
  }
  expect(bench.service.resultFor(bench.database.now, 'one')?.quality).toBe('good');
});

test('what is finished is on disk before anybody is told', async () => {
  const bench = aBench();
  bench.add('one');
  await bench.start('one');
  await bench.until('one', 'await_confirm');
  bench.onDisk.fails = true;
  await bench.clock.advance(30_000);
  expect(bench.service.phaseOf('one')).toBe('await_confirm');
  expect(bench.stored('one')).toEqual([]);
  bench.onDisk.fails = false;
  await bench.until('one', 'finished');
  expect(bench.stored('one')).toHaveLength(1);
});

test('confirmed twice at once, it is kept once', async () => {
  const bench = aBench();
  bench.add('one', { stiff: ['ring'] });
  await bench.start('one');
  await bench.until('one', 'await_confirm');
  const answers = await Promise.allSettled([bench.act('one', 'confirm'), bench.act('one', 'confirm')]);
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 'fulfilled', value: { phase: 'finished' } });
  }
  expect(bench.kept, 'and told once').toEqual(['one']);
  expect(bench.stored('one')).toHaveLength(1);
  await expect(bench.act('one', 'confirm')).rejects.toEqual(refusal('calibration_action_not_now'));
});

test('two gloves at once do not know of each other', async () => {
  const bench = aBench();
  bench.add('one');
  bench.add('two', { open: 1_000, closed: 2_500, seed: 5 });
  await bench.start('one');
  await bench.until('one', 'hold_open');
  await bench.start('two');
  await bench.until('one', 'hold_fist');
  expect(bench.service.phaseOf('two')).toBe('move_fingers');
  await bench.act('one', 'cancel');
  await bench.until('two', 'finished');
  expect(bench.stored('one')).toEqual([]);
  const result = bench.service.resultFor(bench.database.now, 'two');
  expect(result?.channels['index']?.lo).toBeCloseTo(1_000 / 4_095, 2);
  expect(result?.channels['index']?.hi).toBeCloseTo(2_500 / 4_095, 2);
});

test('one glove is calibrated by one at a time, and again when that has ended', async () => {
  const bench = aBench();
  bench.add('one');
  const both = await Promise.all([bench.start('one'), bench.start('one').catch(() => null)]);
  expect(bench.service.progress('one').id).toBe(both[0].id);
  await expect(bench.start('one')).rejects.toEqual(refusal('calibration_under_way'));
  await bench.act('one', 'cancel');
  const again = await bench.start('one');
  expect(bench.service.progress('one').id).toBe(again.id);
});

test('a restart of the appliance in the middle ends it, and says so', async () => {
  const bench = aBench();
  bench.add('one');
  await bench.start('one');
  await bench.until('one', 'hold_fist');
  bench.close();
  const after = aBench(bench.directory);
  expect(() => after.service.progress('one')).toThrow(refusal('no_calibration'));
  await expect(after.act('one', 'retry')).rejects.toEqual(refusal('no_calibration'));
  expect(after.stored('one')).toEqual([]);
});

test('a glove that dies in mid-phase is waited for, and given up', async () => {
  const bench = aBench();
  bench.add('one');
  await bench.start('one');
  await bench.until('one', 'hold_fist');
  const hand = bench.hands.get('one');
  bench.hands.delete('one');
  await bench.clock.advance(10_000);
  expect(bench.service.progress('one').guidance[0]?.code).toBe('wait_for_glove');
  await bench.clock.advance(25_000);
  expect(bench.service.progress('one')).toMatchObject({ phase: 'failed', failure: 'glove_away' });
  expect(bench.told.at(-1)).toBe('gloves');
  await bench.act('one', 'retry');
  if (hand !== undefined) bench.hands.set('one', hand);
  await bench.until('one', 'finished');
});

test('a glove that is silent, or was never heard, is not calibrated', async () => {
  const bench = aBench();
  await expect(bench.start('never')).rejects.toEqual(refusal('glove_silent'));
  bench.add('one');
  await bench.clock.advance(5_500);
  await expect(bench.start('one')).rejects.toEqual(refusal('glove_silent'));
});

test('a glove that calibrates itself is refused, and can be told to keep its travel', async () => {
  const bench = aBench();
  bench.add('one', { deviceAuto: true });
  await expect(bench.start('one')).rejects.toEqual(refusal('glove_calibrates_itself'));
  await bench.database.write((tx) => bench.service.saveTravel(tx, 'one'));
  expect(bench.lines).toEqual(['one ZSaveTravel\n']);
  const deaf = bench.database.write((tx) => bench.service.saveTravel(tx, 'deaf'));
  await expect(deaf).rejects.toEqual(refusal('glove_takes_no_lines'));
});

test('nothing is kept under the name of who did not agree to recordings', async () => {
  const bench = aBench();
  bench.add('one');
  expect((await bench.start('one', 'full', 'somebody')).player_id).toBeNull();
});

test('a check finds drift and writes it beside the calibration', async () => {
  const bench = aBench();
  bench.add('one');
  await expect(bench.start('one', 'check')).rejects.toEqual(refusal('nothing_to_check'));
  await bench.start('one');
  await bench.until('one', 'finished');
  bench.hands.get('one')?.drift(400);
  const check = await bench.start('one', 'check');
  expect(check.phases).toEqual(['raw', 'hold_open', 'finished']);
  await bench.until('one', 'finished');
  expect(bench.stored('one')).toMatchObject([{ drifted: 1, checked_at: expect.any(Number) }]);
  expect(bench.service.progress('one').drift?.fingers.ring).toBeCloseTo(400 / 2_600, 1);
});

test('what has ended is shown for ten minutes', async () => {
  const bench = aBench();
  bench.add('one');
  await bench.start('one');
  await bench.act('one', 'cancel');
  await bench.clock.advance(9 * 60_000);
  expect(bench.service.progress('one').phase).toBe('cancelled');
  await bench.clock.advance(2 * 60_000);
  expect(() => bench.service.progress('one')).toThrow(refusal('no_calibration'));
});
