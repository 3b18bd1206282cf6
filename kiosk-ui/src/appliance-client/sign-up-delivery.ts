import type { Game, GameInput } from '@dugout/appliance/contract/games.ts';
import type { appliance } from './appliance.ts';
import { newIdempotencyKey } from './idempotency-key.ts';
import { codeOf, mayPass, Refusal } from './refusal.ts';

/** A guest's sign-up as it waits on the tablet. Its keys make every repetition of its requests harmless. */
export type SignUp = {
  id: string;
  createdAt: number;
  input: GameInput;
  photo: Blob | null;
  keys: { create: string; queue: string; photo: string };
};

export type Delivered = {
  game: Game;
  /** Why the guest has a ticket but no place in the queue, such as a queue that was paused meanwhile. */
  notQueued?: string;
  /** Why the picture was not taken; the ticket stands. */
  photoRefused?: string;
};

export type SignUpApi = Pick<typeof appliance, 'createGame' | 'act' | 'putPhoto'>;

export function newSignUp(input: GameInput, photo: Blob | null): SignUp {
  const keys = { create: newIdempotencyKey(), queue: newIdempotencyKey(), photo: newIdempotencyKey() };
  return { id: newIdempotencyKey(), createdAt: Date.now(), input, photo, keys };
}

/**
 * Sends a sign-up: the game, its place in the queue, then the picture. Throws when the game itself was refused,
 * or when anything failed in a way that may pass; sent again, it continues where it stopped.
 */
export async function deliverSignUp({ input, photo, keys }: SignUp, api: SignUpApi): Promise<Delivered> {
  const created = await api.createGame(input, keys.create);
  const delivered: Delivered = { game: created };
  await unlessRefused(
    async () => {
      delivered.game = await api.act(created.id, 'queue', {}, keys.queue);
    },
    (code) => {
      delivered.notQueued = code;
    },
  );
  if (photo) {
    await unlessRefused(
      () => api.putPhoto(created.player_id, photo, keys.photo),
      (code) => {
        delivered.photoRefused = code;
      },
    );
  }
  return delivered;
}

/** A tablet that was signed out may sign in again: its guests are not lost for that. */
export function mayPassLater(error: unknown): boolean {
  return mayPass(error) || (error instanceof Refusal && error.status === 401);
}

async function unlessRefused(work: () => Promise<unknown>, refused: (code: string) => void): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (mayPassLater(error)) throw error;
    refused(codeOf(error));
  }
}
