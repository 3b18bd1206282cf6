import { defineConfig } from 'vitest/config';

const notTests = ['**/node_modules/**', '**/dist/**'];
const patience = { testTimeout: 30_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    pool: 'forks',
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
