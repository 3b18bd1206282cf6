import type { Game, GameReply } from '@dugout/appliance/contract/games.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Refusal, Unreachable } from './refusal.ts';
import { newSignUp, type SignUp, type SignUpApi } from './sign-up-delivery.ts';
import { createSignUpOutbox, type SignUpStore } from './sign-up-outbox.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const refusal = (status: number, code: string) => new Refusal({ type: '', title: '', status, code });

/** Answers as the appliance does: the first result again for the same key. `broken` decides what goes wrong. */
function anAppliance(broken: (step: string, call: number) => Error | undefined = () => undefined) {
  const games = new Map<string, Game>();
  const queued = new Set<string>();
  let calls = 0;
  const fail = (step: string) => {
    const error = broken(step, ++calls);
    if (error) throw error;
  };
  const api: SignUpApi = {
    createGame: async (input, key = '') => {
      fail('create');
      const known = games.get(key);
      const game = known ?? aGame(`game-${games.size}`, input.player?.name ?? '');
      games.set(key, game);
      fail('create answered');
      return game;
    },
    act: async (id) => {
      fail('queue');
      queued.add(id);
      return { ...aGame(id, ''), state: 'queued', warnings: [] } satisfies GameReply;
    },
    putPhoto: async (player_id) => {
      fail('photo');
      return { player_id, width: 1, height: 1 };
    },
  };
  return { api, games, queued };
}

function aGame(id: string, name: string): Game {
  return {
    id,
    state: 'new',
    ticket: 'A001',
    attraction: 'derby',
    party_size: 1,
    player_id: 'player',
    player: { id: 'player', name, phone: null, email: null, has_photo: false },
    station_id: null,
    score: null,
    distance: null,
    homeruns: null,
    recall_count: 0,
    interrupted_until: null,
    notice: null,
    created_at: '',
    queued_at: null,
    recalled_at: null,
    grace_until: null,
    confirmed_at: null,
    played_at: null,
    completed_at: null,
    state_at: '',
    page_url: '',
    message: null,
    recall: null,
    answer: null,
    allowed: [],
  };
}

function aStore(held = new Map<string, SignUp>()): SignUpStore & { held: Map<string, SignUp> } {
  return {
    held,
    put: async (signUp) => void held.set(signUp.id, signUp),
    all: async () => [...held.values()],
    remove: async (id) => void held.delete(id),
  };
}

const aSignUp = (name = 'Ana', photo: Blob | null = null) =>
  newSignUp({ attraction: 'derby', party_size: 1, player: { name } }, photo);

describe('the sign-up outbox', () => {
  it('delivers at once and keeps nothing', async () => {
    const { api, queued } = anAppliance();
    const store = aStore();
    const outbox = createSignUpOutbox(store, api);
    const signUp = aSignUp();
    await outbox.submit(signUp);
    await vi.advanceTimersByTimeAsync(10);
    expect(outbox.stateOf(signUp.id)).toMatchObject({ state: 'delivered', game: { state: 'queued' } });
    expect(queued.size).toBe(1);
    expect(store.held.size).toBe(0);
  });

  it('loses nobody and doubles nobody while the appliance comes and goes', async () => {
    const { api, games, queued } = anAppliance((_step, call) =>
      call % 7 < 3 ? new Unreachable() : undefined,
    );
    const store = aStore();
    const outbox = createSignUpOutbox(store, api);
    const signUps = Array.from({ length: 10 }, (_, index) => aSignUp(`Guest ${index}`));
    for (const signUp of signUps) await outbox.submit(signUp);
    await vi.advanceTimersByTimeAsync(400_000);
    expect(signUps.map(({ id }) => outbox.stateOf(id).state)).toEqual(signUps.map(() => 'delivered'));
    expect(games.size).toBe(10);
    expect(queued.size).toBe(10);
    expect(store.held.size).toBe(0);
  });

  it('delivers after a power cut what it had taken before it', async () => {
    const away = anAppliance(() => new Unreachable());
    const store = aStore();
    const signUp = aSignUp();
    const first = createSignUpOutbox(store, away.api);
    await first.submit(signUp);
    await vi.advanceTimersByTimeAsync(10);
    expect(first.stateOf(signUp.id)).toEqual({ state: 'waiting' });

    const back = anAppliance();
    createSignUpOutbox(aStore(store.held), back.api);
    await vi.advanceTimersByTimeAsync(10);
    expect([...back.games.keys()]).toEqual([signUp.keys.create]);
    expect(store.held.size).toBe(0);
  });

  it('gives a refused sign-up back, does not repeat it, and forgets it when told', async () => {
    let creations = 0;
    const { api } = anAppliance((step) => {
      if (step === 'create') creations++;
      return refusal(400, 'invalid_request');
    });
    const store = aStore();
    const outbox = createSignUpOutbox(store, api);
    const signUp = aSignUp();
    await outbox.submit(signUp);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(outbox.stateOf(signUp.id)).toMatchObject({
      state: 'refused',
      refusal: { code: 'invalid_request' },
    });
    expect(creations).toBe(1);
    expect(outbox.kept()).toHaveLength(1);
    await outbox.withdraw(signUp.id);
    expect(store.held.size).toBe(0);
    expect(outbox.kept()).toHaveLength(0);
  });

  it('keeps guests while the tablet is signed out', async () => {
    let signedOut = true;
    const { api, queued } = anAppliance(() => (signedOut ? refusal(401, 'unauthenticated') : undefined));
    const outbox = createSignUpOutbox(aStore(), api);
    const signUp = aSignUp();
    await outbox.submit(signUp);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(outbox.stateOf(signUp.id)).toEqual({ state: 'waiting' });
    signedOut = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(queued.size).toBe(1);
  });

  it('gives a ticket although the queue or the picture was refused, and says so', async () => {
    const { api } = anAppliance((step) => {
      if (step === 'queue') return refusal(409, 'queue_paused');
      return step === 'photo' ? refusal(415, 'unsupported_image') : undefined;
    });
    const outbox = createSignUpOutbox(aStore(), api);
    const signUp = aSignUp('Zoë', new Blob(['?']));
    await outbox.submit(signUp);
    await vi.advanceTimersByTimeAsync(10);
    expect(outbox.stateOf(signUp.id)).toMatchObject({
      state: 'delivered',
      notQueued: 'queue_paused',
      photoRefused: 'unsupported_image',
    });
  });

  it('keeps nothing of a guest who has left, whether the appliance was there at once or later', async () => {
    let away = true;
    const { api } = anAppliance(() => (away ? new Unreachable() : undefined));
    const outbox = createSignUpOutbox(aStore(), api);
    const [early, late] = [aSignUp(), aSignUp()];
    await outbox.submit(early);
    outbox.leave(early.id);
    await vi.advanceTimersByTimeAsync(10);
    away = false;
    await vi.advanceTimersByTimeAsync(5_000);
    await outbox.submit(late);
    await vi.advanceTimersByTimeAsync(10);
    expect(outbox.stateOf(late.id).state).toBe('delivered');
    outbox.leave(late.id);
    for (const { id } of [early, late]) expect(outbox.stateOf(id)).toEqual({ state: 'sending' });
    expect(outbox.kept()).toEqual([]);
  });

  it('asks an appliance that does not answer once a round, not once a guest', async () => {
    let asked = 0;
    const { api } = anAppliance(() => {
      asked++;
      return new Unreachable();
    });
    const outbox = createSignUpOutbox(aStore(), api);
    for (let guest = 0; guest < 10; guest++) await outbox.submit(aSignUp());
    await vi.advanceTimersByTimeAsync(100);
    asked = 0;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(asked).toBe(10);
    expect(outbox.kept().map(({ id }) => outbox.stateOf(id).state)).toEqual(Array(10).fill('waiting'));
  });

  it('is on disk before the first request leaves, however slow the disk is', async () => {
    const store = aStore();
    const put = store.put;
    store.put = async (signUp) => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await put(signUp);
    };
    const { api } = anAppliance(() => {
      expect(store.held.size).toBe(1);
      return undefined;
    });
    const outbox = createSignUpOutbox(store, api);
    const signUp = aSignUp();
    const submitted = outbox.submit(signUp);
    await vi.advanceTimersByTimeAsync(510);
    await submitted;
    await vi.advanceTimersByTimeAsync(10);
    expect(outbox.stateOf(signUp.id).state).toBe('delivered');
  });
});
