import type { GameAction } from '../../appliance/contract/games.ts';
import type { TestAppliance } from '../../appliance/src/testing/test-appliance.ts';

const calledAndThere: GameAction[] = ['queue', 'recall', 'confirm'];
/** How guests came to where they are now. */
const stories: readonly (readonly GameAction[])[] = [
  [...calledAndThere, 'play', 'complete'],
  [...calledAndThere, 'play', 'complete'],
  [...calledAndThere, 'play', 'complete'],
  [...calledAndThere, 'play', 'complete'],
  [...calledAndThere, 'play', 'complete'],
  ['queue', 'recall', 'no-show'],
  ['queue', 'cancel'],
  [...calledAndThere, 'play'],
  [...calledAndThere],
  ['queue', 'recall'],
  ['queue', 'recall', 'remind'],
  ['queue', 'hold'],
  ['queue'],
  ['queue'],
  ['queue'],
  [],
];
const names = ['Ana', 'Zoë', 'Милa', 'שלום', 'محمد', '陽菜', 'Ελένη', 'प्रिया'];

export interface GuestOnFloor {
  readonly id: string;
  readonly ticket: string;
  /** Path of their own page. */
  readonly page: string;
}

/** Fills the derby with guests in every state, the way its devices would. The first of them has played. */
export async function fillTheFloor(appliance: TestAppliance): Promise<GuestOnFloor[]> {
  const guests: GuestOnFloor[] = [];
  for (const [index, story] of stories.entries()) {
    const phone = `312-555-01${String(index).padStart(2, '0')}`;
    const player = { name: names[index % names.length], phone, consent: { sms: index % 3 !== 0 } };
    const game = await appliance.post('/games', {
      as: 'mlbtablet',
      body: { player, party_size: 1 + (index % 4) },
    });
    const { id, ticket, page_url } = game.body;
    for (const action of story) {
      const result = { score: 1_000 + 37 * index, distance: 100 + index, homeruns: index };
      const answer = await appliance.post(`/games/${id}/${action}`, {
        as: 'user',
        body: action === 'complete' ? result : {},
      });
      if (answer.status !== 200) throw new Error(`${action} of ${ticket} answered ${answer.status}`);
    }
    guests.push({ id, ticket, page: new URL(page_url).pathname });
  }
  return guests;
}
