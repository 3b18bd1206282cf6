import type { PublicQueue } from '@dugout/appliance/contract/queue.ts';

export type CalledGuest = PublicQueue['attractions'][number]['called'][number];

const loudness: Record<CalledGuest['rung'], number> = { text: 1, board: 2, tablet: 3, staff: 3 };

/** How often a screen chimes for this guest, and who stands first on it. */
export const loudnessOf = ({ rung }: CalledGuest): number => loudness[rung];

/** The tablets join in when neither text nor board has brought the guest. */
export const isForTablets = ({ rung }: CalledGuest): boolean => rung === 'tablet' || rung === 'staff';

export interface Calls {
  /** The highest call number this screen knows of. */
  readonly known: number;
  /** What it had not heard of before. */
  readonly fresh: readonly CalledGuest[];
}

/**
 * What is new since the screen last looked. Its first look only learns what there is: a screen that was just switched
 * on does not announce what everybody heard minutes ago.
 * @param known undefined at the first look
 */
export function newCalls(known: number | undefined, called: readonly CalledGuest[]): Calls {
  const highest = Math.max(known ?? 0, ...called.map(({ call }) => call));
  return { known: highest, fresh: called.filter(({ call }) => call > (known ?? highest)) };
}
