import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { aSessionsBench } from './testing/a-sessions-bench.ts';

test('a file of samples that cannot be read keeps nobody from starting, and no game from its end', async () => {
  const before = await aSessionsBench();
  onTestFinished(() => before.stop());
  const game = await before.aPlayedGame();
  before.measure(0, 1_200);
  await before.clock.advance(3_000);
  await before.sessions.ready('');
  await before.crash();
  await before.sessions.stop();
  for (const end of ['-wal', '-shm']) rmSync(join(before.directory, `streams.db${end}`), { force: true });
  writeFileSync(join(before.directory, 'streams.db'), 'this is no database '.repeat(500));

  const after = await aSessionsBench({ directory: before.directory, clock: before.clock });
  onTestFinished(() => after.crash());
  after.measure(1_200, 100, { run: 'after' });
  await after.act(game.id, 'complete');
  expect(after.sessions.ofGame(after.database.now, game.id)).toMatchObject([
    { state: 'closed', samples: 100 },
  ]);
  await expect(
    after.sessions.ready(after.sessions.ofGame(after.database.now, game.id)[0]?.id ?? ''),
  ).rejects.toThrow();
});
