import type { Game } from '../../../../appliance/contract/games.ts';
import type { ProgressReply, ProgressStatus } from '../../../../appliance/contract/progress.ts';
import type { Session } from '../../../../appliance/contract/sessions.ts';

const verdicts: Readonly<Record<ProgressStatus, string>> = {
  improved: 'better than before',
  declined: 'less than before',
  no_clear_change: 'no clear change',
  not_enough_data: 'too few games yet to say more',
  not_comparable: 'not comparable',
};
const reasons: Readonly<Record<string, string>> = {
  device_auto: 'not comparable, since the glove rescales itself',
  uncalibrated: 'not comparable, since the glove was never fitted to this hand',
  drifted: 'not comparable, since the glove has drifted',
};

/** What became of one game, as whoever stands beside the seat would tell it. */
export interface GloveGame {
  readonly game: Pick<Game, 'ticket'> & { readonly player: Pick<Game['player'], 'name'> };
  readonly sessions: readonly Pick<Session, 'samples' | 'lost'>[];
  /** Null when nothing was measured. */
  readonly progress: Pick<ProgressReply, 'status' | 'why' | 'metrics'> | null;
  /** Somebody without an account has no phone that is told. */
  readonly isTold: boolean;
}

export function gameSentence({ game, sessions, progress, isTold }: GloveGame): string {
  const who = `${game.ticket}, ${game.player.name}`;
  if (progress === null || sessions.length === 0)
    return `${who}, played with gloves without the consent to be measured: nothing was kept`;
  const sum = (of: 'samples' | 'lost') => sessions.reduce((total, session) => total + session[of], 0);
  const gloves = sessions.length === 1 ? 'one glove' : `${sessions.length} gloves`;
  const missing = sum('lost') === 0 ? '' : ` and ${sum('lost')} missing`;
  const { reps, reaction_time: reaction } = progress.metrics;
  const found = [
    ...(reps?.value == null ? [] : [`${reps.value} closings`]),
    ...(reaction?.value == null ? [] : [`${Math.round(reaction.value)} ms to answer a signal`]),
  ];
  const verdict = (progress.why === null ? undefined : reasons[progress.why]) ?? verdicts[progress.status];
  const measured = [`${sum('samples')} samples of ${gloves} kept${missing}`, ...found].join(', ');
  return `${who}: ${measured}: ${verdict}${isTold ? ', as the phone says' : ''}`;
}

export interface Past {
  readonly name: string;
  readonly games: number;
  /** Of the last of them. */
  readonly progress: Pick<ProgressReply, 'status' | 'why' | 'metrics'>;
}

const namedAtMost = 2;

/** What somebody's own phone says of games that it has posted itself. */
export function pastSentence({ name, games, progress: { status, metrics } }: Past): string {
  const changed = Object.values(metrics).filter((metric) => metric.status === status);
  const named = changed.slice(0, namedAtMost).map(({ title }) => title);
  const others = changed.length - named.length;
  const what = [...named, ...(others > 0 ? [`${others} more`] : [])].join('; ');
  const isChange = status === 'improved' || status === 'declined';
  const where = what === '' ? ' as a whole' : ` (${what})`;
  return `${name} posted ${games} games of earlier days by phone: ${verdicts[status]}${isChange ? where : ''}`;
}

/** What befell a glove, where the venue sees it. */
export const gloveSentence = {
  power_back: (place: string) => `${place} measures again; what it missed stays a gap`,
  fell_asleep: (place: string) => `${place} lies still and sleeps until a hand moves in it`,
} as const;
