import type { Game } from '@dugout/appliance/contract/games.ts';
import type { Floor } from '@dugout/appliance/contract/queue.ts';

type Findable = Pick<Game, 'ticket' | 'player'>;

/** Case, accents and the spaces of a phone number do not matter to somebody who is looking for a guest. */
const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();

/** Whether a guest is meant by these words: all of them found in the ticket, the name or the number. */
export function isMeant({ ticket, player }: Findable, words: string): boolean {
  const text = plain(`${ticket} ${player.name}`);
  const digits = (player.phone ?? '').replace(/\D/gu, '');
  const wanted = words.replace(/\D/gu, '');
  if (wanted.length >= 4 && !/\p{L}/u.test(words)) return digits.includes(wanted);
  return plain(words)
    .split(/\s+/u)
    .every((word) => text.includes(word));
}

/** The game of this identifier, wherever on the floor it is; undefined when it has left it. */
export function gameOnFloor(floor: Floor, id: string): Game | undefined {
  const { waiting, called, confirmed, playing, held, missed, completed } = floor;
  return [waiting, called, confirmed, playing, held, missed, completed].flat().find((game) => game.id === id);
}
