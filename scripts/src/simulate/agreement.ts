import type { CompleteInput, Game, GameTransition } from '../../../appliance/contract/games.ts';
import type { OpenQuestion, Step } from './ledger.ts';

/** What the appliance tells of one game when all is over. */
export interface Told {
  readonly game: Game;
  readonly history: readonly GameTransition[];
  /** Calls in the outbox about this game. */
  readonly texts: number;
}

/** What the simulation knows of it. */
export interface Known {
  readonly steps: readonly Step[];
  readonly open: readonly OpenQuestion[];
  readonly result: CompleteInput | undefined;
  /** Accounts that nobody but the simulation uses: a step by one of them was asked for, or is one too many. */
  readonly actors: ReadonlySet<string>;
}

/** How what is told differs from what was acknowledged, a sentence each; none when every step happened once. */
export function disagreements({ game, history, texts }: Told, known: Known): string[] {
  const unclaimed = [...history];
  const claim = (step: Pick<Step, 'action' | 'actor'>, to?: string): boolean => {
    const at = unclaimed.findIndex(
      (one) => one.action === step.action && one.actor === step.actor && (to === undefined || one.to === to),
    );
    if (at >= 0) unclaimed.splice(at, 1);
    return at >= 0;
  };

  const lost = known.steps.filter((step) => !claim(step, step.to));
  for (const question of known.open) claim(question);
  const surplus = unclaimed.filter(({ actor }) => known.actors.has(actor));
  const last = history.at(-1);
  const times = (action: string) => history.filter((one) => one.action === action).length;
  // A reminder writes none while the call's own text still waits to be sent.
  const [fewest, most] =
    game.player.phone === null ? [0, 0] : [times('recall'), times('recall') + times('remind')];
  const { score, distance = null, homeruns = null } = known.result ?? {};

  return [
    ...lost.map(({ action, actor }) => `${action} by ${actor} was acknowledged and is not in the history`),
    ...surplus.map(({ action, actor }) => `${action} by ${actor} is in the history and was not asked for`),
    ...(last?.to === game.state
      ? []
      : [`is ${game.state}, and its history ends with ${last?.to ?? 'nothing'}`]),
    ...(texts >= fewest && texts <= most
      ? []
      : [`the outbox holds ${texts} texts, and its calls ask for ${fewest} to ${most}`]),
    ...(known.result === undefined ||
    (game.score === score && game.distance === distance && game.homeruns === homeruns)
      ? []
      : [`has the score ${game.score} where ${score} was sent`]),
  ].map((sentence) => `${game.ticket}: ${sentence}`);
}
