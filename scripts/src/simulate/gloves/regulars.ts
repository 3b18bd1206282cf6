import { Player } from '../../../../appliance/contract/players.ts';
import { mailDomain } from '../guests.ts';
import type { HttpClient } from '../http-client.ts';
import { firstNames } from '../names.ts';
import type { Randomness } from '../randomness.ts';
import type { GloveProgram } from './glove-program.ts';
import type { Regular } from './regular.ts';

export interface Regulars {
  /** One who is not here now; null when all are. */
  next(): Regular | null;
  /** Whose game it is; undefined for that of another guest. */
  withGame(gameId: string): Regular | undefined;
  readonly all: readonly Regular[];
}

/** One gets better, one stays, one gets worse. */
const courses = ['improves', 'stays', 'declines'] as const;
/** Five are the baseline, and three of them the latest: that is where a change can be seen. */
const gamesBefore = 8;

export interface RegularsWanted {
  readonly admin: HttpClient;
  readonly program: GloveProgram;
  readonly url: string;
  readonly run: string;
  readonly password: string;
  readonly random: Randomness;
}

/** Players with phones and a history. Their games of earlier days are posted by their phones, as those of the seed are. */
export async function welcomeRegulars({
  admin,
  program,
  url,
  run,
  password,
  random,
}: RegularsWanted): Promise<Regulars> {
  const regulars: Regular[] = [];
  for (const [index, course] of courses.entries()) {
    const username = `regular-${run}-${index + 1}`;
    const name = random.pick(firstNames);
    const email = `${run}-regular-${index + 1}@${mailDomain}`;
    const { id } = await admin.post('/api/players', Player, {
      ...{ name, username, password, email },
      consent: { sensor: true },
    });
    const player = { seed: random.whole(1, 1_000_000), course };
    const posted = await program.follow({ url, username, password, player, games: gamesBefore });
    const here = { games: gamesBefore, isHere: false, gameId: null };
    regulars.push({ ...{ playerId: id, name, username, email, player, posted }, ...here });
  }
  let turn = 0;
  return {
    all: regulars,
    withGame: (gameId) => regulars.find((regular) => regular.gameId === gameId),
    next() {
      for (let looked = 0; looked < regulars.length; looked += 1) {
        turn = (turn + 1) % regulars.length;
        const regular = regulars[turn];
        if (regular !== undefined && !regular.isHere) return regular;
      }
      return null;
    },
  };
}
