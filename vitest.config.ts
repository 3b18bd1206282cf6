import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const notTests = ['**/node_modules/**', '**/dist/**'];
const patience = { testTimeout: 30_000, hookTimeout: 60_000 };

/** Whole systems and crowds of guests: minutes, if one of them were the last. */
const isLong = ({ moduleId }: TestSpecification) =>
  /\/(torture|e2e|simulate|replication)\/|\/start\.test/u.test(moduleId);

/** Where nothing is known of earlier runs the order is by the size of files, which says nothing of how long they take. */
class LongOnesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    pool: 'forks',
    // Left to itself it keeps one processor free: of two, half. Much of the suite waits for real time to pass.
    maxWorkers: 2,
    sequence: { sequencer: LongOnesFirst },
    projects: [
      {
        test: {
          name: 'tests',
          include: ['{appliance,cloud-sync,kiosk-ui,scripts}/**/*.test.ts'],
          exclude: [...notTests, '**/*.venue.test.ts'],
          globalSetup: ['./cloud-sync/src/testing/shared-postgres.ts'],
          ...patience,
        },
      },
      {
        // Needs root or systemd: power cuts, network namespaces, full disks, units.
        test: {
          name: 'venue',
          include: ['{appliance,cloud-sync,scripts,systemd}/**/*.venue.test.ts'],
          globalSetup: ['./cloud-sync/src/testing/shared-postgres.ts'],
          exclude: notTests,
          ...patience,
        },
      },
    ],
  },
});
