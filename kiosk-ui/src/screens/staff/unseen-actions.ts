import type { Command } from '@dugout/appliance/contract/replication.ts';
import { useSyncExternalStore } from 'react';
import { verdictOf } from '../../appliance-client/remote-command.ts';
import { siteBase } from '../../appliance-client/site-path.ts';

/** How many remote actions came to nothing since somebody last looked at the list. `seenUntil`: ISO 8601, or empty. */
export function unseenFailures(commands: readonly Command[], seenUntil: string): number {
  return commands.filter((command) => {
    const failed = verdictOf(command).state === 'failed' && command.status !== 'cancelled';
    return failed && (command.ended_at ?? command.created_at) > seenUntil;
  }).length;
}

const remembered = `dugout.staff.actions_seen${siteBase}`;
const listeners = new Set<() => void>();

/** Remembered on this device, by venue: a failure stays until it was seen, a reload included. */
export function useUnseen(commands: readonly Command[]): { unseen: number; see: () => void } {
  const seenUntil = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => localStorage.getItem(remembered) ?? '',
  );
  const newest = commands.reduce(
    (last, { ended_at }) => (ended_at !== null && ended_at > last ? ended_at : last),
    seenUntil,
  );
  return {
    unseen: unseenFailures(commands, seenUntil),
    see: () => {
      if (newest === seenUntil) return;
      localStorage.setItem(remembered, newest);
      for (const listener of listeners) listener();
    },
  };
}
