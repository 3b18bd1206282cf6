import type { Connection } from './connection.ts';

/** The password of the three automatic users in every server that is measured. */
export const password = 'dugout-labs';

const basic = (username: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

export const staff = basic('user');
const tablet = basic('mlbtablet');
const rig = basic('mlbvrgame');

const guest = {
  player: { name: 'Ana', phone: '+1 415 555 2671', consent: { sms: true, photo: true } },
};
const result = { score: 4200, distance: 131.5, homeruns: 7 };

/** The five writes after the sign-up: who makes them, and with what. */
const steps = [
  { action: 'queue', as: tablet, body: '{}', leadsTo: 'queued' },
  { action: 'recall', as: staff, body: '{}', leadsTo: 'recalled' },
  { action: 'confirm', as: tablet, body: '{}', leadsTo: 'confirmed' },
  { action: 'play', as: rig, body: '{}', leadsTo: 'playing' },
  { action: 'complete', as: rig, body: JSON.stringify(result), leadsTo: 'completed' },
] as const;

interface Answered {
  id: string;
  state: string;
}

/** Signs a guest up; answers the game's id. */
export async function signUp(connection: Connection): Promise<string> {
  const body = JSON.stringify(guest);
  const game = await connection.send<Answered>({ method: 'POST', path: '/games/', as: tablet, body });
  return game.id;
}

/** Takes one guest from sign-up to the result, over the seed's own endpoints. Throws at the first wrong answer. */
export async function playOneLifecycle(connection: Connection): Promise<void> {
  const id = await signUp(connection);
  for (const { action, as, body, leadsTo } of steps) {
    const path = `/games/${id}/${action}/`;
    const game = await connection.send<Answered>({ method: 'POST', path, as, body });
    if (game.state !== leadsTo) throw new Error(`${action} led to ${game.state}`);
  }
}

/** Signs a guest up and lets them wait. */
export async function queueOneGuest(connection: Connection): Promise<void> {
  const id = await signUp(connection);
  await connection.send({ method: 'POST', path: `/games/${id}/queue/`, as: tablet, body: '{}' });
}
