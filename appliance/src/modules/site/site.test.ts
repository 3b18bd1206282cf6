import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { aTestAppliance } from '../../testing/test-appliance.ts';

it.each([
  { DUGOUT_SITE_ID: 'riverside-1' },
  { DUGOUT_PROFILE: 'venue', DUGOUT_SECRET_KEY: 'a secret of sixteen or more' },
])('refuses the data of another site or profile: %o', async (environment) => {
  const directory = mkdtempSync(join(tmpdir(), 'dugout-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const first = await aTestAppliance({ directory });
  await first.stop();

  await expect(aTestAppliance({ directory, environment })).rejects.toThrow(/belongs to site labs/u);

  const again = await aTestAppliance({ directory });
  await again.stop();
});
