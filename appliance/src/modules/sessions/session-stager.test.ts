import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { encodeFrame } from '../../../contract/glove-frame.ts';
import { openDatabaseBeside } from '../../platform/database/database-beside.ts';
import type { NewFrame } from '../../platform/streams/stream-writer.ts';
import { createSessionStager } from './session-stager.ts';
import { lateMs } from './sessions.ts';
import { aSessionsBench, type SessionsBench } from './testing/a-sessions-bench.ts';

let bench: SessionsBench;
beforeAll(async () => {
  bench = await aSessionsBench({ ingest: 'workers' });
});
afterAll(() => bench.stop());

const dtUs = 10_000;
const count = 5;
/** What was staged, by whichever worker. */
let staged: NewFrame[] = [];
beforeEach(() => {
  staged = [];
});

function aWorker() {
  const database = openDatabaseBeside(bench.directory);
  onTestFinished(() => database.close());
  const machineUs = () => bench.clock.monotonic() * 1_000 + 7e9;
  const quickestUs = async (id: string) => {
    const differences = staged.flatMap(({ streamId, arrivedUs, timeUs }) =>
      streamId === id ? arrivedUs - timeUs : [],
    );
    return differences.length === 0 ? null : Math.min(...differences);
  };
  const stage = async (frame: NewFrame) => void staged.push(frame);
  const stager = createSessionStager({
    database,
    streams: { stage, quickestUs },
    clock: bench.clock,
    machineUs,
  });
  return {
    /** A frame whose last sample was measured so long ago, by a glove that was switched on at `onMs`. */
    async hear({ agoMs = 0, onMs = 0, glove = 'glove-1' } = {}): Promise<void> {
      const t0Us = (bench.clock.monotonic() - onMs - agoMs) * 1_000 - count * dtUs;
      const values = new Int16Array(count * 5);
      const flags = { calibrated: false, deviceAuto: false, left: false };
      const frame = { flags, seq: 1, t0Us, dtUs, count, layoutId: 5, channels: 5, values };
      await stager.take(glove, encodeFrame(frame), bench.clock.now());
    },
    garble: () => stager.take('glove-1', Buffer.from('not a frame'), bench.clock.now()),
  };
}

test('what is recorded is staged from the moment of its session on, and nothing else', async () => {
  await bench.clock.advance(60_000);
  const worker = aWorker();
  await worker.hear();
  const unasked = await bench.aPlayedGame({});
  await worker.hear();
  await bench.act(unasked.id, 'complete');
  const game = await bench.aPlayedGame();
  await worker.hear();
  await worker.hear({ glove: 'glove-2' });
  await worker.garble();
  const [session] = bench.sessions.ofGame(bench.database.now, game.id);
  expect(staged).toMatchObject([{ streamId: session?.id, number: 1, endUs: null }]);
  for (const action of ['abort', 'cancel'] as const) await bench.act(game.id, action);
  await worker.hear({ agoMs: 10 });
  expect(staged).toHaveLength(1);
});

test('what comes after the end of a session is of it when it was measured before', async () => {
  await bench.clock.advance(60_000);
  const game = await bench.aPlayedGame();
  const [session] = bench.sessions.ofGame(bench.database.now, game.id);
  await aWorker().hear();
  await bench.clock.advance(10_000);
  await bench.act(game.id, 'complete');
  await bench.clock.advance(5_000);
  // One that has heard nothing of this glove yet learns from what is staged.
  const worker = aWorker();
  await worker.hear();
  await worker.hear({ agoMs: 4_900 });
  expect(staged).toHaveLength(1);
  await worker.hear({ agoMs: 5_010 });
  await worker.hear({ agoMs: 14_000 });
  const endUs = bench.clock.now() * 1_000 - 5e6;
  expect(staged.slice(1)).toMatchObject([
    { streamId: session?.id, endUs },
    { streamId: session?.id, endUs },
  ]);

  const next = await bench.aPlayedGame();
  const [following] = bench.sessions.ofGame(bench.database.now, next.id);
  await bench.clock.advance(1_000);
  await worker.hear();
  await worker.hear({ agoMs: 7_000 });
  // Switched on anew: by its former life's time, long ago.
  await worker.hear({ onMs: bench.clock.monotonic() - 500 });
  expect(staged.slice(3).map(({ streamId }) => streamId)).toEqual(
    [following, session, following].map((row) => row?.id),
  );
  for (const action of ['abort', 'cancel'] as const) await bench.act(next.id, action);
  await bench.clock.advance(lateMs);
  await worker.hear({ agoMs: lateMs + 7_000 });
  expect(staged).toHaveLength(6);
});
