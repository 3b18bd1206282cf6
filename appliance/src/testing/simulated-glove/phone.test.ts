import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { aTestAppliance, type TestAppliance } from '../test-appliance.ts';
import { createPerformance } from './hand.ts';
import { createPhone, recordingOf } from './phone.ts';

vi.setConfig({ testTimeout: 120_000 });

let appliance: TestAppliance;
beforeAll(async () => {
  appliance = await aTestAppliance();
});
afterAll(() => appliance.stop());

const recording = recordingOf(createPerformance({ seed: 21 }), { score: 640, rateHz: 50, seconds: 20 });

async function aPhone(username: string, consent = { sensor: true }) {
  const phone = createPhone({ url: appliance.url, username, password: 'long enough' });
  await phone.signUp('Ana', consent);
  await phone.signIn();
  return phone;
}

test('a phone posts games as it likes, and is told of each result once', async () => {
  const phone = await aPhone('ana.one');
  // The network goes before the answer comes: the same game is sent again under the same key.
  const cut = AbortSignal.timeout(1);
  const games = [
    await phone.post(recording),
    await phone.post(recording, { gzip: false }),
    await phone.post(recording, { cut }),
  ];
  expect(new Set(games.map(({ game_id }) => game_id)).size).toBe(3);
  for (const { game_id, processing_event_id } of games) {
    const told = await phone.reconciled(game_id);
    expect(told.processingEventId).toBe(processing_event_id);
  }
  await phone.read();
  expect(phone.noted()).toHaveLength(3);
  expect(phone.toldAgain()).toBe(0);

  phone.forget();
  await phone.read();
  expect(phone.noted().map(({ gameId }) => gameId)).toEqual(
    expect.arrayContaining(games.map(({ game_id }) => game_id)),
  );
  expect(phone.noted()).toHaveLength(3);
});

test('without the consent of its owner nothing is taken', async () => {
  const phone = await aPhone('ana.two', { sensor: false });
  await expect(phone.post(recording)).rejects.toThrow(/403.*consent_required/u);
});

test('what a hand did is what the analysis finds', async () => {
  const phone = await aPhone('ana.three');
  const performance = createPerformance({ seed: 33 });
  const { game_id } = await phone.post(recordingOf(performance, { score: 900, rateHz: 100 }));
  await phone.reconciled(game_id);
  const { body } = await appliance.get(`/api/games/${game_id}/progress`, { as: 'user' });
  const { truth } = performance;
  expect(body.metrics.reps.value).toBe(truth.reps);
  expect(body.metrics.cadence.value / (truth.cadence ?? 0)).toBeCloseTo(1, 1);
  expect(body.metrics.rom_index.value).toBeCloseTo(truth.rom[1] ?? 0, 1);
  expect(body.metrics.steadiness.value / truth.shakeRms).toBeCloseTo(1, 0);
  expect(body.metrics.steadiness_frequency.value).toBeCloseTo(truth.shakeHz, 0);
});
