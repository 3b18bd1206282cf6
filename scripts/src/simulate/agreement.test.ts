import { expect, test } from 'vitest';
import type { Game, GameTransition } from '../../../appliance/contract/games.ts';
import { disagreements, type Known, type Told } from './agreement.ts';

type Short = [
  action: 'create' | 'queue' | 'recall' | 'remind' | 'no-show' | 'complete',
  actor: string,
  to: Game['state'],
];

const story: Short[] = [
  ['create', 'mlbtablet', 'new'],
  ['queue', 'mlbtablet', 'queued'],
  ['recall', 'user', 'recalled'],
  ['no-show', 'appliance', 'no_show'],
];
const nobodyTold = { birth: '2026-07-01T17:00:00.000Z' };

function told(history: Short[], change: Partial<Game> = {}, texts = 1): Told {
  const transitions = history.map(
    ([action, actor, to], index): GameTransition => ({
      id: `t${index}`,
      action,
      from: null,
      to,
      at: nobodyTold.birth,
      actor,
      actor_role: 'staff',
      reason: null,
      undone: false,
    }),
  );
  const game = {
    id: 'g',
    ticket: 'A001',
    state: history.at(-1)?.[2] ?? 'new',
    player: { id: 'p', name: 'Ana', phone: '+13125550142', email: null, has_photo: false },
    score: null,
    distance: null,
    homeruns: null,
    ...change,
  };
  return { game: game as Game, history: transitions, texts };
}

const known = (steps: Short[], change: Partial<Known> = {}): Known => ({
  steps: steps.map(([action, actor, to]) => ({ gameId: 'g', action, actor, to })),
  open: [],
  result: undefined,
  actors: new Set(['user', 'mlbtablet']),
  ...change,
});

test('agrees when every acknowledged step is there once; the appliance’s own timers are its own', () => {
  expect(disagreements(told(story), known(story.slice(0, 3)))).toEqual([]);
});

test('finds an acknowledged step that is lost', () => {
  const lost = story.filter(([action]) => action !== 'queue');
  expect(disagreements(told(lost), known(story.slice(0, 3)))).toEqual([
    'A001: queue by mlbtablet was acknowledged and is not in the history',
  ]);
});

test('finds a step that happened twice, and one that nobody asked for', () => {
  const doubled: Short[] = [
    ...story.slice(0, 3),
    ['remind', 'user', 'recalled'],
    ['remind', 'user', 'recalled'],
  ];
  const found = disagreements(told(doubled, {}, 2), known(doubled.slice(0, 4)));
  expect(found).toEqual(['A001: remind by user is in the history and was not asked for']);
});

test('lets a step be that was asked for and never answered, whether it happened or not', () => {
  const open = [{ actor: 'user', action: 'recall' as const, gameId: 'g' }];
  expect(disagreements(told(story.slice(0, 3)), known(story.slice(0, 2), { open }))).toEqual([]);
  expect(disagreements(told(story.slice(0, 2), {}, 0), known(story.slice(0, 2), { open }))).toEqual([]);
});

test('lets the steps of people be, where accounts are shared', () => {
  const byPeople: Short[] = [...story, ['queue', 'user', 'queued']];
  expect(disagreements(told(byPeople), known(story.slice(0, 3)))).toHaveLength(1);
  expect(disagreements(told(byPeople), known(story.slice(0, 3), { actors: new Set() }))).toEqual([]);
});

test('finds a state that its history does not tell, a text too few or too many, and another score', () => {
  const acknowledged = known(story.slice(0, 3));
  expect(disagreements(told(story, { state: 'queued' }), acknowledged)).toHaveLength(1);
  expect(disagreements(told(story, {}, 0), acknowledged)).toHaveLength(1);
  expect(disagreements(told(story, {}, 2), acknowledged)).toHaveLength(1);
  const result = { score: 900, distance: 120.5, homeruns: 3 };
  expect(disagreements(told(story, result), { ...acknowledged, result })).toEqual([]);
  expect(disagreements(told(story, { ...result, score: 901 }), { ...acknowledged, result })).toHaveLength(1);
});
