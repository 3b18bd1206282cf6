import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { filesAside } from '../../platform/streams/damaged-file.ts';
import { aSessionsBench } from './testing/a-sessions-bench.ts';

test.each([
  ['is no database', (file: string) => writeFileSync(file, 'this is no database '.repeat(500))],
  ['was cut off', (file: string) => truncateSync(file, 5_000)],
])(
  'a file of samples that %s is set aside: games are recorded in a new one, and what was in it is said to be gone',
  async (_what, damage) => {
    const before = await aSessionsBench();
    onTestFinished(() => before.stop());
    const over = await before.aPlayedGame();
    before.measure(0, 1_200);
    await before.act(over.id, 'complete');
    const idOf = (gameId: string) => before.sessions.ofGame(before.database.now, gameId)[0]?.id ?? '';
    await before.sessions.ready(idOf(over.id));
    const game = await before.aPlayedGame();
    await before.crash();
    await before.sessions.stop();
    for (const end of ['-wal', '-shm']) rmSync(join(before.directory, `streams.db${end}`), { force: true });
    damage(join(before.directory, 'streams.db'));

    const after = await aSessionsBench({ directory: before.directory, clock: before.clock });
    onTestFinished(() => after.crash());
    const sessionOf = (gameId: string) => after.sessions.ofGame(after.database.now, gameId)[0];
    expect(filesAside(after.directory)).toHaveLength(1);
    expect(sessionOf(over.id)).toMatchObject({ kept: 'none' });
    await after.sessions.health.check();
    after.measure(1_200, 100, { run: 'after' });
    await after.act(game.id, 'complete');
    await after.sessions.ready(sessionOf(game.id)?.id ?? '');
    expect(sessionOf(game.id)).toMatchObject({ state: 'closed', samples: 100, kept: 'raw' });
    await after.sessions.stop();
  },
);

test('a file of samples that cannot be set right is told, and keeps nobody from starting, ending a game or stopping', async () => {
  const before = await aSessionsBench();
  onTestFinished(() => before.stop());
  const game = await before.aPlayedGame();
  await before.crash();
  await before.sessions.stop();
  for (const end of ['', '-wal', '-shm']) rmSync(join(before.directory, `streams.db${end}`), { force: true });
  // Nothing can be opened in its place.
  mkdirSync(join(before.directory, 'streams.db'));
  const after = await aSessionsBench({ directory: before.directory, clock: before.clock });
  onTestFinished(() => after.crash());
  await after.act(game.id, 'complete');
  await expect(after.sessions.health.check()).rejects.toThrow();
  await after.sessions.stop();
});
