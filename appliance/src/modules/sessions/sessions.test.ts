import { expect, test } from 'vitest';
import { keptAt, whyNot } from './sessions.ts';

const hour = 3_600_000;
const day = 24 * hour;

test('samples stay as they were measured for three days after their result, for a week at most, and while there is none', () => {
  const closed = { kept: 'raw' as const, ended_at: 0, processed_at: hour };
  expect(keptAt({ ...closed, processed_at: null }, 400 * day)).toBe('raw');
  expect(keptAt(closed, 3 * day)).toBe('raw');
  expect(keptAt(closed, 3 * day + hour)).toBe('thinned');
  const late = { ...closed, processed_at: 5 * day };
  expect(keptAt(late, 7 * day - 1)).toBe('raw');
  expect(keptAt(late, 7 * day)).toBe('thinned');
  const afterAll = { ...closed, processed_at: 20 * day };
  expect(keptAt(afterAll, 20 * day)).toBe('thinned');
});

test('then ten a second for a month, a summary for three, and nothing', () => {
  const thinned = { kept: 'thinned' as const, ended_at: 0, processed_at: hour };
  expect(keptAt(thinned, 29 * day)).toBe('thinned');
  expect(keptAt(thinned, 30 * day)).toBe('summary');
  expect(keptAt({ ...thinned, kept: 'summary' }, 89 * day)).toBe('summary');
  expect(keptAt({ ...thinned, kept: 'summary' }, 90 * day)).toBe('none');
  expect(keptAt({ ...thinned, kept: 'raw' }, 90 * day)).toBe('none');
});

test('a session is comparable with a calibration that has not drifted, ours or the glove’s own', () => {
  const judged = { deviceAuto: false, deviceCalibrated: false, uncalibrated: false, drifted: false };
  expect(whyNot(judged)).toBeNull();
  expect(whyNot({ ...judged, drifted: true })).toBe('drifted');
  expect(whyNot({ ...judged, drifted: null })).toBe('uncalibrated');
  expect(whyNot({ ...judged, drifted: null, deviceCalibrated: true })).toBeNull();
  expect(whyNot({ ...judged, deviceCalibrated: true, deviceAuto: true })).toBe('device_auto');
  expect(whyNot({ ...judged, deviceCalibrated: true, uncalibrated: true })).toBe('uncalibrated');
});
