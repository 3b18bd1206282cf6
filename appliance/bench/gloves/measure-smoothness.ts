import { jerkOfSpeed, spectralArcLength } from '../../src/modules/progress/analysis/smoothness.ts';
import { golden } from '../../src/modules/progress/analysis/testing/golden-smoothness.ts';

/** The greatest absolute errors against the reference implementation. */
export interface SmoothnessErrors {
  readonly movements: number;
  readonly sparc: number;
  readonly ldlj: number;
}

export function measureSmoothness(): SmoothnessErrors {
  const errors = golden.map(([, speed, rateHz, arcLength, jerk]) => ({
    sparc: Math.abs(spectralArcLength(speed, rateHz) - arcLength),
    ldlj: Math.abs(jerkOfSpeed(speed, rateHz) - jerk),
  }));
  return {
    movements: golden.length,
    sparc: Math.max(...errors.map(({ sparc }) => sparc)),
    ldlj: Math.max(...errors.map(({ ldlj }) => ldlj)),
  };
}
