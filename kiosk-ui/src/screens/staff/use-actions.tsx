import type { Attraction } from '@dugout/appliance/contract/attractions.ts';
import type { ActionInput, CompleteInput, Game, GameAction } from '@dugout/appliance/contract/games.ts';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useReducer, useRef } from 'react';
import { appliance } from '../../appliance-client/appliance.ts';
import { newIdempotencyKey } from '../../appliance-client/idempotency-key.ts';
import { floorQuery } from '../../appliance-client/queries.ts';
import { codeOf, mayPass } from '../../appliance-client/refusal.ts';
import { useNow } from '../../appliance-client/use-now.ts';
import { type Ledger, nextLedger, type StaffVerb, type Subject } from './action-ledger.ts';

/** What an action has to say when it is done. */
export type Outcome = {
  subject?: Subject;
  warnings?: readonly string[];
  undo?: (key: string) => Promise<unknown>;
};

export type Action = {
  verb: StaffVerb;
  subject: Subject;
  /** Sends the request under this idempotency key. */
  perform: (key: string) => Promise<Outcome>;
};

export type Commands = {
  run: (action: Action) => void;
  actOn: (game: Game, verb: GameAction, input?: ActionInput | CompleteInput) => void;
  undo: (id: string) => void;
  retry: (id: string) => void;
  dismiss: (id: string) => void;
};

type Asked = { action: Action; key: string; outcome?: Outcome };

const LedgerContext = createContext<Ledger>([]);
const CommandsContext = createContext<Commands | undefined>(undefined);

/** Everything staff do on this screen goes through here: pending, then done (and undoable) or failed (and kept). */
export function ActionsProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [ledger, tell] = useReducer(nextLedger, []);
  const asked = useRef(new Map<string, Asked>());
  const now = useNow();
  useEffect(() => tell({ type: 'time', now }), [now]);

  const commands = useMemo((): Commands => {
    const send = async (id: string, action: Action, key: string) => {
      asked.current.set(id, { action, key });
      tell({ type: 'asked', id, verb: action.verb, subject: action.subject });
      try {
        const outcome = await action.perform(key);
        asked.current.set(id, { action, key, outcome });
        await shown(client.invalidateQueries({ queryKey: floorQuery.queryKey }));
        const { subject = action.subject, warnings = [], undo } = outcome;
        tell({ type: 'done', id, at: Date.now(), subject, warnings, undoable: undo !== undefined });
      } catch (error) {
        // A refusal is final for its key; what may pass is repeated under the same one, so that it happens once.
        if (!mayPass(error)) asked.current.set(id, { action, key: newIdempotencyKey() });
        tell({ type: 'failed', id, code: codeOf(error) });
      }
    };
    const run = (action: Action) => void send(newIdempotencyKey(), action, newIdempotencyKey());
    const dismiss = (id: string) => {
      asked.current.delete(id);
      tell({ type: 'dismissed', id });
    };
    return {
      run,
      dismiss,
      actOn: (game: Game, verb: GameAction, input?: ActionInput | CompleteInput) =>
        run({
          verb,
          subject: subjectOf(game),
          perform: async (key) => outcomeOf(verb, await appliance.act(game.id, verb, input, key)),
        }),
      undo: (id: string) => {
        const known = asked.current.get(id);
        const undo = known?.outcome?.undo;
        if (!known || !undo) return;
        const subject = known.outcome?.subject ?? known.action.subject;
        dismiss(id);
        run({ verb: 'undo', subject, perform: async (key) => ({ warnings: warningsOf(await undo(key)) }) });
      },
      retry: (id: string) => {
        const known = asked.current.get(id);
        if (known) void send(id, known.action, known.key);
      },
    };
  }, [client]);

  return (
    <CommandsContext value={commands}>
      <LedgerContext value={ledger}>{children}</LedgerContext>
    </CommandsContext>
  );
}

/** Stable for the life of the screen: who only acts is not redrawn when something else happens. */
export function useCommands(): Commands {
  const commands = useContext(CommandsContext);
  if (!commands) throw new Error('useCommands needs an ActionsProvider above it');
  return commands;
}

export function useLedger(): Ledger {
  return useContext(LedgerContext);
}

function subjectOf({ id, ticket, player }: Game): Subject {
  return { gameId: id, ticket, name: player.name };
}

/** Calls whoever waits longest at this attraction. */
export function callNext({ id, name }: Pick<Attraction, 'id' | 'name'>): Action {
  return {
    verb: 'call-next',
    subject: { name },
    perform: async (key) => outcomeOf('call-next', await appliance.callNext(id, key)),
  };
}

/** What a game's answer says: whom it was about, what could not be done, and how to take it back. */
function outcomeOf(verb: StaffVerb, game: Game): Outcome {
  const undoable = verb !== 'undo' && game.allowed.includes('undo');
  return {
    subject: subjectOf(game),
    warnings: warningsOf(game),
    ...(undoable ? { undo: (key: string) => appliance.act(game.id, 'undo', {}, key) } : {}),
  };
}

function warningsOf(answer: unknown): readonly string[] {
  if (typeof answer !== 'object' || answer === null || !('warnings' in answer)) return [];
  return Array.isArray(answer.warnings) ? answer.warnings.map(String) : [];
}

/** Done means to be seen on the floor; but an answer is not held back for long when reading the floor is slow. */
function shown(reading: Promise<unknown>): Promise<unknown> {
  return Promise.race([reading, new Promise((resolve) => setTimeout(resolve, 1_500))]);
}
