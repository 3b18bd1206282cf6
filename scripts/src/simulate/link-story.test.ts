import { expect, test } from 'vitest';
import type { SyncStatus } from '../../../appliance/contract/replication.ts';
import type { BothEnds } from '../../../cloud-sync/src/both-ends.ts';
import { tellOfTheLink } from './link-story.ts';

/** Ends of which a test says how they stand. */
function someEnds() {
  const standing = { state: 'live', seq: 40, acked_seq: 33, pending_changes: 7 };
  const verification = { result: 'equal', reason: null, rows: 120, differenceCount: 0, oneSided: [] };
  const ends = {
    status: () => standing as SyncStatus,
    games: async () => ({ venue: 5, replica: 5 }),
    verify: async () => verification,
  } as unknown as BothEnds;
  return { ends, standing, verification };
}

function aStory(ends: BothEnds) {
  const said: string[] = [];
  const done: string[] = [];
  const line = { cut: () => void done.push('cut'), restore: () => void done.push('restored') };
  const stop = new AbortController().signal;
  return { said, done, story: tellOfTheLink({ line, ends, say: (text) => said.push(text), stop }) };
}

test('a cut is told with what had waited when it ended, and whether the ends are equal then', async () => {
  const { ends, standing } = someEnds();
  const { said, done, story } = aStory(ends);
  story.cut();
  standing.pending_changes = 412;
  standing.seq = 500;
  story.restore();
  standing.acked_seq = 499;
  await Promise.resolve();
  expect(said).toEqual(['the venue goes on alone']);
  // What comes meanwhile is not waited for.
  standing.acked_seq = 500;
  standing.seq = 600;
  await story.over();
  expect(done).toEqual(['cut', 'restored']);
  expect(said[1]).toMatch(/^the replica has caught up in \d+\.\d s: 412 changes had waited$/u);
  expect(said.slice(2)).toEqual(['venue 5 games, replica 5 games: equal in all 120 rows']);
});

test('ends that differ, or cannot be compared, are told so', async () => {
  const { ends, standing, verification } = someEnds();
  standing.acked_seq = 40;
  const { said, story } = aStory(ends);
  Object.assign(verification, { result: 'different', differenceCount: 2 });
  Object.assign(verification, { oneSided: [{ table: 'games', on: 'venue', rows: 3 }] });
  story.cut();
  story.restore();
  await story.over();
  expect(said.at(-1)).toContain('5 rows differ');
  Object.assign(verification, { result: 'unknown', reason: 'the cloud does not answer' });
  story.cut();
  story.restore();
  await story.over();
  expect(said.at(-1)).toContain('could not be compared: the cloud does not answer');
});

test('nothing is told of a return that the next cut has overtaken', async () => {
  const { ends } = someEnds();
  const { said, story } = aStory(ends);
  story.cut();
  story.restore();
  story.cut();
  await story.over();
  expect(said).toEqual(['the venue goes on alone', 'the venue goes on alone']);
});
