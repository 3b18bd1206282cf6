import { describe, expect, it } from 'vitest';
import {
  inTray,
  type Ledger,
  type LedgerEvent,
  nextLedger,
  pendingVerb,
  undoForMs,
  waitingInTrayMs,
} from './action-ledger.ts';

const ana = { gameId: 'game-1', ticket: 'A001', name: 'Ana' };
const asked: LedgerEvent = { type: 'asked', id: '1', verb: 'recall', subject: ana };
const done: LedgerEvent = { type: 'done', id: '1', at: 1_000, subject: ana, warnings: [], undoable: true };
const after = (...events: LedgerEvent[]) => events.reduce(nextLedger, [] satisfies Ledger as Ledger);

describe('the action ledger', () => {
  it('shows an action as pending until the appliance has answered', () => {
    const ledger = after(asked);
    expect(ledger).toMatchObject([{ state: 'pending', verb: 'recall' }]);
    expect(pendingVerb(ledger, 'game-1')).toBe('recall');
    expect(pendingVerb(ledger, 'game-2')).toBeUndefined();
    expect(pendingVerb(after(asked, done), 'game-1')).toBeUndefined();
  });

  it('offers undo for ten seconds', () => {
    expect(after(asked, done, { type: 'time', now: 1_000 + undoForMs - 1 })).toMatchObject([
      { undoable: true },
    ]);
    expect(after(asked, done, { type: 'time', now: 1_000 + undoForMs })).toEqual([]);
  });

  it('keeps a failure until it is dismissed', () => {
    const failed = after(
      asked,
      { type: 'failed', id: '1', code: 'unreachable' },
      { type: 'time', now: 9e12 },
    );
    expect(failed).toMatchObject([{ state: 'failed', code: 'unreachable', subject: ana }]);
    expect(nextLedger(failed, { type: 'dismissed', id: '1' })).toEqual([]);
  });

  it('makes a failure pending again when it is retried', () => {
    expect(after(asked, { type: 'failed', id: '1', code: 'unreachable' }, asked)).toMatchObject([
      { state: 'pending' },
    ]);
  });

  it('learns whom "call next" has called from the answer', () => {
    const next: LedgerEvent = { type: 'asked', id: '2', verb: 'call-next', subject: { name: 'Derby' } };
    expect(after(next, { ...done, id: '2' })).toMatchObject([{ verb: 'call-next', subject: ana }]);
  });

  it('does not settle twice', () => {
    expect(after(asked, done, { type: 'failed', id: '1', code: 'late' })).toMatchObject([{ state: 'done' }]);
  });

  it('is the same object while nothing expires, so that the clock redraws nothing', () => {
    const ledger = after(asked);
    expect(nextLedger(ledger, { type: 'time', now: 5 })).toBe(ledger);
  });
});

describe('the ledger of a remote console', () => {
  const queued: LedgerEvent = { type: 'queued', id: '1', at: 1_000, commandId: 'command-1' };

  it('takes nothing that waits for the venue for done, and does not forget it', () => {
    const ledger = after(asked, queued, { type: 'time', now: 9e12 });
    expect(ledger).toMatchObject([{ state: 'waiting', commandId: 'command-1', subject: ana }]);
    expect(pendingVerb(ledger, 'game-1')).toBeUndefined();
  });

  it('says of it in the tray for a while only, and again when the venue has decided', () => {
    const ledger = after(asked, queued);
    expect(inTray(ledger, 1_000 + waitingInTrayMs - 1)).toHaveLength(1);
    expect(inTray(ledger, 1_000 + waitingInTrayMs)).toEqual([]);
    const refused = after(asked, queued, { type: 'failed', id: '1', code: 'invalid_transition' });
    expect(inTray(refused, 9e12)).toMatchObject([{ state: 'failed', code: 'invalid_transition' }]);
    expect(inTray(after(asked, queued, { ...done, at: 9e12 }), 9e12)).toMatchObject([{ state: 'done' }]);
  });
});
