import { defineConfig } from 'vitest/config';

const notTests = ['**/node_modules/**', '**/dist/**'];
const patience = { testTimeout: 30_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    pool: 'forks',
    // Left to itself it keeps one processor free: of two, half. Much of the suite waits for real time to pass.
    maxWorkers: 2,
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
