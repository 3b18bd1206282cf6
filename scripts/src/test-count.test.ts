import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { inCheckout } from './checkout.ts';

const directory = mkdtempSync(join(tmpdir(), 'dugout-count-'));
afterAll(() => rmSync(directory, { recursive: true }));

function count(report: object | null, vitestStatus: number) {
  const file = join(directory, 'report.json');
  writeFileSync(file, report === null ? '' : JSON.stringify(report));
  const args = [inCheckout('scripts/test-count.mjs'), file, String(vitestStatus)];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, says: stdout };
}

test.each([
  ['all passed', { numPassedTests: 7, numFailedTests: 0 }, 0, '7 passed, 0 failed\n', 0],
  ['one failed', { numPassedTests: 6, numFailedTests: 1 }, 1, '6 passed, 1 failed\n', 1],
  ['a file did not load', { numPassedTests: 6, numFailedTests: 0 }, 1, '6 passed, 1 failed\n', 1],
  ['nothing ran', null, 1, '0 passed, 1 failed\n', 1],
  ['nothing was found', { numPassedTests: 0, numFailedTests: 0 }, 0, '0 passed, 0 failed\n', 1],
])('CI is told when %s', (_case, report, vitestStatus, says, status) => {
  expect(count(report, vitestStatus)).toEqual({ status, says });
});
