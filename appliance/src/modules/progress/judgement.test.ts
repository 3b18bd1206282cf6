import { describe, expect, test } from 'vitest';
import { metricDefinitions, metricKeys } from '../../../contract/metrics.ts';
import type { MetricKey } from '../../../contract/progress.ts';
import { seededRandom } from '../../testing/seeded-random.ts';
import { detectableChange, noiseOf, studentsT } from './detectable-change.ts';
import { judge, type MeasuredGame } from './judgement.ts';
import { repeatability } from './repeatability.ts';

/** What somebody's games are around. */
const typical = (key: MetricKey): number => {
  if (key.startsWith('rom')) return 0.8;
  if (key.startsWith('sparc')) return -2;
  if (key.startsWith('ldlj')) return -7;
  const known: Partial<Record<MetricKey, number>> = {
    reps: 40,
    cadence: 48,
    regularity: 0.2,
    hesitations: 3,
    halts: 1,
    decrement: -0.01,
    decrement_ratio: 0.8,
    speed_decrement: -0.01,
    steadiness: 0.1,
    steadiness_frequency: 8,
    reaction_time: 350,
    reaction_spread: 90,
    symmetry: 12,
    coverage: 0.5,
  };
  return known[key] ?? 1;
};

const sides = { higher: 1, lower: -1, neither: 1 } as const;

/** The value that lies so many times the published noise on the good side of the typical one. */
function valueAt(key: MetricKey, better: number): number {
  const { share, least, scale } = repeatability.get(key) ?? { share: 0.1, least: 0, scale: 'linear' };
  const base = typical(key);
  const side = sides[metricDefinitions[key].better];
  const noise = (srd: number) => (side * better * srd) / (1.96 * Math.SQRT2);
  if (scale === 'log') return base * Math.exp(noise(Math.log1p(share)));
  return base + noise(Math.max(share * Math.abs(base), least));
}

/** A game that differs from the typical one by `better(key)`, in units of the published noise. */
const aGame = (better: (key: MetricKey) => number, comparable = true): MeasuredGame => ({
  comparable,
  metrics: Object.fromEntries(
    metricKeys.map((key) => [key, { value: valueAt(key, better(key)) }]),
  ) as MeasuredGame['metrics'],
});

function gaussian(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

interface Player {
  readonly seed: number;
  readonly games: number;
  /** Of a person, in units of the published noise. */
  readonly noise: number;
  /** Of the metrics of one game with one another. */
  readonly alike: number;
  /** From the game of this index on, everything is better by so much. */
  readonly step?: { readonly from: number; readonly by: number };
}

function gamesOf({ seed, games, noise, alike, step }: Player): MeasuredGame[] {
  const deviate = gaussian(seed);
  return Array.from({ length: games }, (_, index) => {
    const shared = Math.sqrt(alike) * deviate();
    const gain = step !== undefined && index >= step.from ? step.by : 0;
    return aGame(() => noise * (shared + Math.sqrt(1 - alike) * deviate()) + gain);
  });
}

const runs = 1_000;
const overall = (games: readonly MeasuredGame[], count: number) => judge(games.slice(0, count)).status;
const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const judged = [...repeatability.keys()].length;
/** Noise of a mean over all metrics, in units of the noise of one. */
const noiseOfMean = (alike: number) => Math.sqrt((1 + (judged - 1) * alike) / judged);

describe('over a thousand seeded players', () => {
  test('one with noise and no trend is called improved or declined in 16 games in at most 5 %', () => {
    let alarms = 0;
    for (let run = 0; run < runs; run += 1) {
      const games = gamesOf({ seed: run * 7_919, games: 16, noise: 1, alike: 0.5 });
      if (upTo(6, 16).some((count) => /improved|declined/u.test(overall(games, count)))) alarms += 1;
    }
    expect(alarms / runs).toBeLessThanOrEqual(0.05);
    expect(alarms).toBeGreaterThan(0);
  });

  test('an improvement of 1.5 times the detectable change is found within five games in at least 80 %', () => {
    const alike = 0.5;
    const by = 1.5 * 1.96 * Math.SQRT2 * noiseOfMean(alike);
    let found = 0;
    for (let run = 0; run < runs; run += 1) {
      const games = gamesOf({ seed: run * 104_729, games: 15, noise: 1, alike, step: { from: 10, by } });
      if (upTo(11, 15).some((count) => overall(games, count) === 'improved')) found += 1;
    }
    expect(found / runs).toBeGreaterThanOrEqual(0.8);
  });
});

const level = (games: number, better: number) => Array.from({ length: games }, () => aGame(() => better));
/** Games that lie a little on either side of a level, so that noise can be told. */
const around = (games: number, better: number, noise = 0.5) =>
  Array.from({ length: games }, (_, index) => aGame(() => better + (index % 2 === 0 ? noise : -noise)));

describe('a game', () => {
  test('before the fifth has not enough data; every metric is listed', () => {
    const { status, score, metrics } = judge(around(4, 0));
    expect(status).toBe('not_enough_data');
    expect(score.value).toBeNull();
    expect(Object.keys(metrics).sort()).toEqual([...metricKeys].sort());
    for (const metric of Object.values(metrics))
      expect(metric).toEqual({
        status: 'not_enough_data',
        baseline: null,
        change: null,
        detectable_change: null,
      });
  });

  test('that is not comparable is not judged, and counts for nobody', () => {
    const stranger = aGame(() => 50, false);
    expect(judge([...around(9, 0), stranger]).status).toBe('not_comparable');
    const without = judge(around(10, 0));
    expect(judge([stranger, ...around(10, 0).flatMap((game) => [game, stranger])].slice(0, -1))).toEqual(
      without,
    );
  });

  test.each([
    [12, 'improved'],
    [-12, 'declined'],
    [0.5, 'no_clear_change'],
  ] as const)('that is %d times the noise better is %s, and says by how much', (better, status) => {
    const { status: whole, metrics, score } = judge([...around(9, 0), ...around(3, better)]);
    expect(whole).toBe(status);
    for (const key of repeatability.keys()) {
      const one = metrics[key];
      expect(one.status, key).toBe(status);
      expect(Math.sign(one.change ?? 0), key).toBe(Math.sign(better) * sides[metricDefinitions[key].better]);
      expect(
        Math.abs(one.change ?? 0) > (one.detectable_change ?? 0) === (status !== 'no_clear_change'),
      ).toBe(true);
    }
    expect(score.parts.map(({ metric }) => metric).sort()).toEqual([...repeatability.keys()].sort());
    for (const { points } of score.parts) expect(points).toBeGreaterThanOrEqual(0);
    for (const { points } of score.parts) expect(points).toBeLessThanOrEqual(100);
  });

  test('shows what is better neither way, and never judges it', () => {
    const { metrics, score } = judge([...around(9, 0), ...around(3, 30)]);
    for (const key of ['reps', 'cadence', 'steadiness_frequency', 'coverage'] as const) {
      expect(metrics[key]).toMatchObject({ status: 'no_clear_change', detectable_change: null });
      expect(metrics[key].change).not.toBe(0);
      expect(score.parts.map(({ metric }) => metric)).not.toContain(key);
    }
  });

  test('without a metric says nothing of it, and of the others what there is to say', () => {
    const games = [...around(9, 0), ...around(3, 12)];
    const { metrics, ...last } = games.at(-1) ?? aGame(() => 0);
    const lame = { ...last, metrics: { ...metrics, rom_ring: { value: null } } };
    const said = judge([...games.slice(0, -1), lame]);
    expect(said.metrics.rom_ring.status).toBe('not_enough_data');
    expect(said.metrics.rom_ring.baseline).toBeCloseTo(judge(games).metrics.rom_ring.baseline ?? 0);
    expect(said.status).toBe('improved');
    expect(said.score.parts.map(({ metric }) => metric)).not.toContain('rom_ring');
  });

  test('like all before it is no change, also when nothing ever differed', () => {
    expect(judge(level(20, 0)).status).toBe('no_clear_change');
    const few = level(20, 0).map((game, index) => ({
      ...game,
      metrics: { ...game.metrics, hesitations: { value: index > 16 ? 1 : 0 } },
    }));
    expect(judge(few).metrics.hesitations.status).toBe('no_clear_change');
  });
});

describe('the noise of one game', () => {
  const noise = (step: number) => {
    const deviate = gaussian(3);
    return noiseOf(Array.from({ length: 4_001 }, (_, index) => deviate() + (index > 2_000 ? step : 0)));
  };

  test('is what it is, also when the level has moved once', () => {
    expect(noise(0)).toBeCloseTo(1, 1);
    expect(noise(50)).toBeCloseTo(1, 1);
  });

  test('is right on average for a dozen games', () => {
    const deviate = gaussian(9);
    const squares = Array.from({ length: 4_000 }, () => noiseOf(Array.from({ length: 12 }, deviate)) ** 2);
    expect(squares.reduce((sum, one) => sum + one, 0) / squares.length).toBeCloseTo(1, 1);
  });

  test('is not believed to be less than the published one before the eighth game', () => {
    const floor = { published: 10, ever: 0 };
    const alike = (games: number) => Array.from({ length: games }, (_, index) => index % 2);
    expect(detectableChange(alike(7), floor)).toBeCloseTo(10 * 1.96 * Math.SQRT2);
    expect(detectableChange(alike(8), floor)).toBeLessThan(5);
  });

  test.each([
    [6, 2.4469],
    [10, 2.2281],
    [30, 2.0423],
  ])('is made up for by t with %d degrees of freedom: %d', (degrees, t) =>
    expect(studentsT(degrees)).toBeCloseTo(t, 2),
  );
});
