import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, describe, expect, test } from 'vitest';
import { aTestAppliance } from '../../../appliance/src/testing/test-appliance.ts';
import { inCheckout } from '../checkout.ts';

const venue = await aTestAppliance();
afterAll(venue.stop);

async function reanalyse(args: readonly string[], settings: Record<string, string> = {}) {
  const child = spawn(process.execPath, [inCheckout('scripts/src/dugout.ts'), 'reanalyse', ...args], {
    env: {
      ...process.env,
      DUGOUT_DATA_DIR: venue.directory,
      DUGOUT_HTTP_PORT: String(venue.ports.http),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const [code] = await once(child, 'close');
  return { code, said };
}

describe('dugout reanalyse', () => {
  test('asks the appliance of this machine', async () => {
    const { code, said } = await reanalyse(['--json', '--since', '2026-06-01']);
    expect({ code, ...JSON.parse(said) }).toEqual({ code: 0, algo_version: expect.any(String), games: 0 });
  });

  test.each([
    ['no appliance answers', [], { DUGOUT_HTTP_PORT: '1' }],
    ['no moment', ['--since', 'soon'], {}],
    ['no id', ['--player', 'Ana'], {}],
  ])('says why it could not: %s', async (why, args, settings) => {
    const { code, said } = await reanalyse(args, settings);
    expect(code).toBe(1);
    expect(said).toContain(why);
  });
});
