import { fingers } from '../../contract/glove-frame.ts';
import type { PhoneGameInput, ProgressReply } from '../../contract/progress.ts';
import type { TestAppliance } from './test-appliance.ts';
import { until } from './test-broker.ts';

const password = 'a long one indeed 1';

/** A player with an account of their own, who agrees to be measured unless told otherwise. */
export async function aPhonePlayer(venue: TestAppliance, consent: { sensor: boolean } = { sensor: true }) {
  const username = `player${crypto.randomUUID().slice(0, 13)}`;
  const { body } = await venue.post('/api/players', { body: { name: 'Ana', username, password, consent } });
  return { id: body.id as string, as: { username, password } };
}
export type PhonePlayer = Awaited<ReturnType<typeof aPhonePlayer>>;

/** A hand that opens and closes 0.8 times a second, by so much. */
export function aRecording({ seconds = 20, reach = 1, rateHz = 100 } = {}): PhoneGameInput['sensor_data'] {
  const round = (value: number) => Math.round(value * 1e4) / 1e4;
  return {
    rate_hz: rateHz,
    channels: [...fingers, 'gx', 'gy', 'gz', 'ax', 'ay', 'az'],
    samples: Array.from({ length: seconds * rateHz }, (_, index) => {
      const phase = (2 * Math.PI * 0.8 * index) / rateHz;
      const curl = round(reach * (0.5 - 0.5 * Math.cos(phase)));
      const turn = round(Math.sin(phase));
      return [curl, curl, curl, curl, curl, turn, 0, 0, 0, 0, 9.81];
    }),
  };
}

export const aPhoneGame = (recording: Parameters<typeof aRecording>[0] = {}): PhoneGameInput => ({
  score: 12,
  sensor_data: aRecording(recording),
  hand: 'right',
  attraction: 'glove',
});

/** What a game's analysis came to, once it is there. */
export async function progressOfGame(
  venue: TestAppliance,
  { as }: Pick<PhonePlayer, 'as'>,
  gameId: string,
): Promise<ProgressReply> {
  let reply = await venue.get(`/api/games/${gameId}/progress`, { as });
  await until(async () => {
    reply = await venue.get(`/api/games/${gameId}/progress`, { as });
    return reply.status !== 202;
  });
  return reply.body;
}
