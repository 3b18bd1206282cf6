import { expect, test } from 'vitest';
import type { ProgressReply } from '../../../../appliance/contract/progress.ts';
import { type GloveGame, gameSentence, pastSentence } from './glove-story.ts';

const metric = (value: number | null) =>
  ({ value }) as ProgressReply['metrics'][keyof ProgressReply['metrics']];
const played = (more: Partial<GloveGame> = {}, reaction: number | null = 318.4): GloveGame => ({
  game: { ticket: 'C004', player: { name: 'Ana' } },
  sessions: [
    { samples: 2_000, lost: 20 },
    { samples: 1_900, lost: 0 },
  ],
  progress: {
    ...{ status: 'no_clear_change', why: null },
    metrics: { reps: metric(12), reaction_time: metric(reaction) } as ProgressReply['metrics'],
  },
  isTold: true,
  ...more,
});

test('a game is told with what was kept, what is missing, what was found and what that means', () => {
  expect(gameSentence(played())).toBe(
    'C004, Ana: 3900 samples of 2 gloves kept and 20 missing, 12 closings, 318 ms to answer a signal: no clear change, as the phone says',
  );
  const sessions = [{ samples: 800, lost: 0 }];
  expect(gameSentence(played({ sessions, isTold: false }, null))).toBe(
    'C004, Ana: 800 samples of one glove kept, 12 closings: no clear change',
  );
});

test('why a game is not held against others is said, and that nothing is kept of who did not agree', () => {
  const { progress } = played();
  if (progress === null) throw new Error('was measured');
  const strange = { ...progress, status: 'not_comparable' as const, why: 'device_auto' };
  expect(gameSentence(played({ progress: strange }))).toContain('since the glove rescales itself');
  expect(gameSentence(played({ progress: null, sessions: [] }))).toBe(
    'C004, Ana, played with gloves without the consent to be measured: nothing was kept',
  );
});

test('what has changed is named, and what has not is not', () => {
  const changed = (title: string, status: string) =>
    ({ title, status }) as unknown as ReturnType<typeof metric>;
  const metrics = Object.fromEntries(
    ['Pace', 'Halts', 'Reach'].map((title) => [title, changed(title, 'improved')]),
  ) as unknown as ProgressReply['metrics'];
  const of = (status: ProgressReply['status']) =>
    pastSentence({ name: 'Ana', games: 8, progress: { status, why: null, metrics } });
  expect(of('improved')).toBe(
    'Ana posted 8 games of earlier days by phone: better than before (Pace; Halts; 1 more)',
  );
  expect(of('declined')).toMatch(/: less than before as a whole$/u);
  expect(of('no_clear_change')).toBe('Ana posted 8 games of earlier days by phone: no clear change');
});
