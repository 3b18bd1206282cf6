// Tells CI how many tests passed and failed: test-count.mjs <vitest's JSON report> <vitest's exit status>.
import { readFileSync } from 'node:fs';

const [file, status] = process.argv.slice(2);
const { passed, failed } = counts(readFileSync(file, 'utf8'));
// A file that does not load and an error outside any test fail the run without failing a test.
const failures = status === '0' ? failed : Math.max(failed, 1);
process.stdout.write(`${passed} passed, ${failures} failed\n`);
process.exitCode = failures === 0 && passed > 0 ? 0 : 1;

/** An empty report means that the tests never began. */
function counts(report) {
  if (report === '') return { passed: 0, failed: 0 };
  const { numPassedTests, numFailedTests } = JSON.parse(report);
  return { passed: numPassedTests, failed: numFailedTests };
}
