import { metricKeys } from '@dugout/appliance/contract/metrics.ts';
import { expect, test } from 'vitest';
import { metricGroups, metricsOf } from './metric-groups.ts';

test('every metric stands in one group', () => {
  expect(metricGroups.flatMap((group) => metricsOf[group]).toSorted()).toEqual(metricKeys.toSorted());
});
