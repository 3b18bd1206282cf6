import type { GameAction } from '@dugout/appliance/contract/games.ts';

export const undoForMs = 10_000;
/** That an action waits for the venue is said as long as that; then the row, the count and the panel say it. */
export const waitingInTrayMs = 10_000;

export type StaffVerb =
  | GameAction
  | 'call-next'
  | 'pause'
  | 'resume'
  | 'capacity'
  | 'delay'
  | 'station-out'
  | 'station-in'
  | 'retry-job'
  | 'reply-handled'
  | 'identify'
  | 'clear-marks';

/** Whom or what an action is about: a guest by ticket and name, or an attraction, station or job by name. */
export type Subject = { gameId?: string; ticket?: string; name: string };

type Common = { id: string; verb: StaffVerb; subject: Subject };
export type Pending = Common & { state: 'pending' };
/** Kept by the replica for the venue: neither done nor failed, however long that takes. */
export type Waiting = Common & { state: 'waiting'; at: number; commandId: string };
export type Done = Common & { state: 'done'; at: number; warnings: readonly string[]; undoable: boolean };
export type Failed = Common & { state: 'failed'; code: string };
/** One thing staff asked for, and what became of it. */
export type LedgerEntry = Pending | Waiting | Done | Failed;
export type Ledger = readonly LedgerEntry[];

export type LedgerEvent =
  | { type: 'asked'; id: string; verb: StaffVerb; subject: Subject }
  | { type: 'queued'; id: string; at: number; commandId: string }
  | { type: 'done'; id: string; at: number; warnings: readonly string[]; undoable: boolean; subject: Subject }
  | { type: 'failed'; id: string; code: string }
  | { type: 'dismissed'; id: string }
  | { type: 'time'; now: number };

/** A success may be taken back for ten seconds and then goes; a failure stays until somebody has seen it. */
export function nextLedger(ledger: Ledger, event: LedgerEvent): Ledger {
  switch (event.type) {
    case 'asked': {
      const { id, verb, subject } = event;
      return [...ledger.filter((entry) => entry.id !== id), { state: 'pending', id, verb, subject }];
    }
    case 'queued':
      return settle(ledger, event.id, ({ id, verb, subject }) => {
        const { at, commandId } = event;
        return { state: 'waiting', id, verb, subject, at, commandId };
      });
    case 'done':
      return settle(ledger, event.id, ({ id, verb }) => {
        const { at, subject, warnings, undoable } = event;
        return { state: 'done', id, verb, subject, at, warnings, undoable };
      });
    case 'failed':
      return settle(ledger, event.id, ({ id, verb, subject }) => ({
        state: 'failed',
        id,
        verb,
        subject,
        code: event.code,
      }));
    case 'dismissed':
      return ledger.filter(({ id }) => id !== event.id);
    case 'time': {
      const over = (entry: LedgerEntry) => entry.state === 'done' && event.now - entry.at >= undoForMs;
      return ledger.some(over) ? ledger.filter((entry) => !over(entry)) : ledger;
    }
  }
}

/** What the tray has to say now; what waits for the venue comes back when the venue has decided. */
export function inTray(ledger: Ledger, now: number): Ledger {
  return ledger.filter((entry) => entry.state !== 'waiting' || now - entry.at < waitingInTrayMs);
}

/** The verb that is on its way for this game, if any: its row takes no other meanwhile. */
export function pendingVerb(ledger: Ledger, gameId: string): StaffVerb | undefined {
  return ledger.find(({ state, subject }) => state === 'pending' && subject.gameId === gameId)?.verb;
}

function settle(ledger: Ledger, id: string, become: (entry: LedgerEntry) => LedgerEntry): Ledger {
  return ledger.map((entry) => (entry.id === id && isOpen(entry) ? become(entry) : entry));
}

const isOpen = ({ state }: LedgerEntry): boolean => state === 'pending' || state === 'waiting';
