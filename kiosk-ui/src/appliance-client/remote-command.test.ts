import { type Command, CommandStatus } from '@dugout/appliance/contract/replication.ts';
import { describe, expect, it } from 'vitest';
import { gameOf, isCancellable, isWaiting, verdictOf, waitingByGame } from './remote-command.ts';

const aCommand = (differing: Partial<Command> = {}): Command => ({
  command_id: 'command-1',
  status: 'queued',
  method: 'POST',
  path: '/api/games/game-1/remind',
  summary: 'Call again A001',
  actor: 'maria',
  created_at: '2026-06-01T10:00:00.000Z',
  expires_at: '2026-06-01T10:05:00.000Z',
  fetched_at: null,
  ended_at: null,
  cancel_asked_at: null,
  answer: null,
  problem: null,
  ...differing,
});
const conflict = { type: '/problems/conflict', title: 'Changed meanwhile', status: 409, code: 'changed' };

describe('the outcome of a remote action', () => {
  it('is done by the word of the venue alone', () => {
    const answer = { status: 200, headers: {}, body: { ticket: 'A001' } };
    expect(verdictOf(aCommand({ status: 'applied', answer }))).toEqual({
      state: 'done',
      answer: { ticket: 'A001' },
    });
    const others = CommandStatus.options.filter((status) => verdictOf(aCommand({ status })).state !== 'done');
    expect(others).toEqual(CommandStatus.options.filter((status) => status !== 'applied'));
  });

  it('waits until the venue has decided, whether it has heard of it or not', () => {
    for (const status of ['queued', 'sent'] as const) {
      expect(isWaiting({ status })).toBe(true);
      expect(verdictOf(aCommand({ status }))).toEqual({ state: 'waiting' });
    }
  });

  it('says why not: by the venue’s reason, else by how it ended', () => {
    expect(verdictOf(aCommand({ status: 'conflict', problem: conflict }))).toEqual({
      state: 'failed',
      code: 'changed',
    });
    for (const status of ['rejected', 'conflict', 'expired', 'cancelled', 'failed', 'needs_review'] as const)
      expect(verdictOf(aCommand({ status }))).toEqual({ state: 'failed', code: `action_${status}` });
  });

  it('can be taken back once, while it waits', () => {
    expect(isCancellable(aCommand())).toBe(true);
    expect(isCancellable(aCommand({ status: 'sent' }))).toBe(true);
    expect(isCancellable(aCommand({ cancel_asked_at: '2026-06-01T10:01:00.000Z' }))).toBe(false);
    expect(isCancellable(aCommand({ status: 'applied' }))).toBe(false);
  });
});

describe('the game of a remote action', () => {
  it.each(['/api/games/game-1/no-show', '/games/game-1/no-show/', '/games/game-1/no-show?x=1'])(
    'is in %s',
    (path) => expect(gameOf(aCommand({ path }))).toEqual({ gameId: 'game-1', verb: 'no-show' }),
  );

  it.each(['/api/games', '/api/games/game-1', '/api/queue/call-next', '/api/jobs/1/retry'])(
    'is not in %s',
    (path) => expect(gameOf(aCommand({ path }))).toBeUndefined(),
  );

  it('is marked while something waits for it, by the newest that does', () => {
    const older = aCommand({ command_id: 'older' });
    const newer = aCommand({ command_id: 'newer', created_at: '2026-06-01T10:00:01.000Z' });
    const over = aCommand({ path: '/api/games/game-2/remind', status: 'applied' });
    const byGame = waitingByGame([newer, over, older]);
    expect([...byGame].map(([game, { command_id }]) => [game, command_id])).toEqual([['game-1', 'newer']]);
  });
});
