import type { WaitEstimate } from '../../../contract/attractions.ts';
import type { GuestAnswer } from '../../../contract/games.ts';
import { figure } from '../../../contract/metric-figure.ts';
import type { ResultSummary } from '../../../contract/progress.ts';
import type { GuestMoment } from './guest-moment.ts';

export interface MomentWords {
  readonly headline: string;
  readonly text: string;
}

/** What a guest is told, in one line and one sentence. */
export function wordsFor(moment: GuestMoment): MomentWords {
  switch (moment.kind) {
    case 'signed_up':
      return { headline: 'You are signed up', text: 'Your place in line comes up here in a moment.' };
    case 'waiting':
      return { headline: aheadOf(moment.position), text: waitOf(moment.estimate) };
    case 'called':
      return {
        headline: 'It is your turn!',
        text: `Come to the entrance now and show this page.${within(moment.minutesLeft)}`,
      };
    case 'ready':
      return { headline: 'Ready for you', text: goTo(moment.station) };
    case 'playing':
      return { headline: 'Play ball!', text: 'Your score and your souvenir come up here after the game.' };
    case 'held':
      return {
        headline: 'Take your time',
        text: 'Nobody calls you until you are back. Then you join the line again, at its end.',
      };
    case 'missed':
      return {
        headline: 'We missed you',
        text: 'We called and you were not there. Ask the staff: they put you back in line.',
      };
    case 'cancelled':
      return { headline: 'Ticket cancelled', text: 'Changed your mind? Sign up again at the entrance.' };
    case 'played':
      return souvenirWords[moment.souvenir];
  }
}

const souvenirWords: Readonly<Record<'none' | 'waiting' | 'ready' | 'failed' | 'expired', MomentWords>> = {
  none: { headline: 'Well played!', text: 'Thank you for coming.' },
  waiting: { headline: 'Well played!', text: 'Your souvenir is being made. It comes up here in a moment.' },
  ready: { headline: 'Well played!', text: 'This is yours: keep it, print it, show it around.' },
  failed: { headline: 'Well played!', text: 'Your souvenir could not be made. Please ask the staff.' },
  expired: { headline: 'Well played!', text: 'Souvenirs are kept for thirty days, and this one has gone.' },
};

const aheadOf = (position: number): string => {
  if (position <= 1) return 'You are next';
  return position === 2 ? '1 guest before you' : `${position - 1} guests before you`;
};

function waitOf({ low_seconds: low, high_seconds: high }: WaitEstimate): string {
  if (low === null || high === null) return 'We cannot say yet how long it takes. Stay close.';
  const least = Math.floor(low / 60);
  const most = Math.max(1, Math.ceil(high / 60));
  if (least < 1) return most === 1 ? 'About a minute.' : `Less than ${most} minutes.`;
  return least === most ? `About ${most} minutes.` : `About ${least} to ${most} minutes.`;
}

const within = (minutes: number | null): string => {
  if (minutes === null) return '';
  return minutes === 1
    ? ' We hold your place for one more minute.'
    : ` We hold your place for ${minutes} minutes.`;
};

const goTo = (station: string | null): string =>
  station === null ? 'The staff show you where to play.' : `Go to ${station}. Have fun!`;

/** What a guest may say at this moment, in the words of the buttons, the likeliest first. */
export function answersAt(
  moment: GuestMoment,
  said: GuestAnswer | null,
): readonly { readonly answer: GuestAnswer; readonly words: string }[] {
  const moreTime = { answer: 'more_time', words: 'I need more time' } as const;
  const leaving = { answer: 'leaving', words: 'Leave the list' } as const;
  switch (moment.kind) {
    case 'called':
      return [{ answer: 'coming', words: 'I am coming' }, moreTime, leaving];
    case 'waiting':
      return said === 'coming'
        ? [moreTime, leaving]
        : [{ answer: 'coming', words: 'I am coming' }, moreTime, leaving];
    case 'held':
      return [{ answer: 'coming', words: 'I am back' }, leaving];
    case 'ready':
      return [leaving];
    default:
      return [];
  }
}

/** That we heard it, where nothing else on the page shows it. */
export const heardOf = (moment: GuestMoment, said: GuestAnswer | null): string | undefined =>
  moment.kind === 'waiting' && said === 'coming' ? 'The staff know that you are coming.' : undefined;

export const leaveWords = {
  headline: 'Leave the list?',
  text: 'Your place goes to the next guest, and it cannot be kept.',
  leave: 'Yes, leave the list',
  stay: 'No, I stay',
} as const;

/** What the glove measured, in one sentence. */
export function sentenceOf({ state, status }: ResultSummary): string {
  if (state === 'pending') return 'It is being worked out and comes up here in a moment.';
  if (state === 'failed' || status === null) return 'It could not be worked out this time.';
  return measuredWords[status];
}

const measuredWords: Readonly<Record<NonNullable<ResultSummary['status']>, string>> = {
  improved: 'Better than your first games, by more than the usual ups and downs.',
  declined: 'Below your first games, by more than the usual ups and downs. A tired day can do that.',
  no_clear_change:
    'No clear change: every game comes out a little different, and this one is no further from your first games than that.',
  not_enough_data: 'A comparison takes five games. Until then this is what was measured.',
  not_comparable: 'This is what was measured. It cannot be compared with other games.',
};

/** “Closings: 20”, and how that compares where it does. */
export function highlightWords({
  metric,
  title,
  value,
  unit,
  status,
}: ResultSummary['highlights'][number]): string {
  const measured = `${title}: ${figure(metric, value, unit)}`;
  if (status === 'improved') return `${measured}, better than your first games`;
  return status === 'declined' ? `${measured}, below your first games` : measured;
}
