import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCloud, type TestCloud } from '../testing/a-cloud.ts';
import { torture } from './torture.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await aCloud();
}, 120_000);
afterAll(() => cloud.stop());

// The seed is fixed, so that a change that breaks a promise is told from chance. Others: node cloud-sync/src/torture/main.ts
test('through five hundred faults the cloud is what the venue was, and in the end all that it is', async () => {
  const report = await torture({ cloud, seed: 20, cases: 44, steps: 30, shrink: false, patienceMs: 25_000 });
  process.stdout.write(`tortured: ${report.cases} cases, ${report.faults} faults\n`);
  expect(report.failure).toBeNull();
  expect(report.faults).toBeGreaterThanOrEqual(500);
}, 600_000);
