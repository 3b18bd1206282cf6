import type { Command, CommandStatus } from '@dugout/appliance/contract/replication.ts';
import { describe, expect, it } from 'vitest';
import { unseenFailures } from './unseen-actions.ts';

const ended = (status: CommandStatus, ended_at: string | null): Command => ({
  command_id: `${status}-${ended_at}`,
  status,
  method: 'POST',
  path: '/api/games/game-1/remind',
  summary: 'Call again A001',
  actor: 'maria',
  created_at: '2026-06-01T10:00:00.000Z',
  expires_at: '2026-06-01T10:05:00.000Z',
  fetched_at: null,
  ended_at,
  cancel_asked_at: null,
  answer: null,
  problem: null,
});

describe('remote actions that came to nothing', () => {
  const commands = [
    ended('conflict', '2026-06-01T10:03:00.000Z'),
    ended('expired', '2026-06-01T10:01:00.000Z'),
    ended('applied', '2026-06-01T10:04:00.000Z'),
    ended('cancelled', '2026-06-01T10:04:00.000Z'),
    ended('queued', null),
  ];

  it('count until somebody has looked at the list', () => {
    expect(unseenFailures(commands, '')).toBe(2);
    expect(unseenFailures(commands, '2026-06-01T10:02:00.000Z')).toBe(1);
    expect(unseenFailures(commands, '2026-06-01T10:03:00.000Z')).toBe(0);
  });

  it('count by when they were asked where nobody knows when they ended', () => {
    expect(unseenFailures([ended('needs_review', null)], '2026-06-01T09:59:00.000Z')).toBe(1);
  });
});
