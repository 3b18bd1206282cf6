import type { Attraction } from '@dugout/appliance/contract/attractions.ts';
import type { ActionInput, CompleteInput, Game, GameAction } from '@dugout/appliance/contract/games.ts';
import type { Command } from '@dugout/appliance/contract/replication.ts';
import { type QueryKey, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useReducer, useRef } from 'react';
import { appliance } from '../../appliance-client/appliance.ts';
import { newIdempotencyKey } from '../../appliance-client/idempotency-key.ts';
import { commandsQuery, floorQuery } from '../../appliance-client/queries.ts';
import { codeOf, mayPass, Queued } from '../../appliance-client/refusal.ts';
import { type Verdict, verdictOf, waitingByGame } from '../../appliance-client/remote-command.ts';
import { useNow } from '../../appliance-client/use-now.ts';
import { usePlace } from '../../appliance-client/use-place.ts';
import { type Ledger, nextLedger, type StaffVerb, type Subject } from './action-ledger.ts';

/** What an action has to say when it is done. */
export type Outcome = {
  subject?: Subject;
  warnings?: readonly string[];
  undo?: (key: string) => Promise<unknown>;
};

export type Action<Answer = unknown> = {
  verb: StaffVerb;
  subject: Subject;
  /** Sends the request under this idempotency key. */
  ask: (key: string) => Promise<Answer>;
  /** What the venue's answer means, whenever it comes. Without it, there is no more to say than that it is done. */
  outcomeOf?(answer: Answer): Outcome;
  /** What shows the effect besides the floor. */
  shownBy?: QueryKey;
};

export type Commands = {
  run: <Answer>(action: Action<Answer>) => void;
  actOn: (game: Game, verb: GameAction, input?: ActionInput | CompleteInput) => void;
  undo: (id: string) => void;
  retry: (id: string) => void;
  dismiss: (id: string) => void;
  /** The venue has decided on what the replica kept for it. */
  decided: (id: string, verdict: Verdict) => void;
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
    const settle = async (id: string, { action, key }: Asked, answer: unknown) => {
      const outcome = action.outcomeOf?.(answer) ?? {};
      asked.current.set(id, { action, key, outcome });
      const effects = [floorQuery.queryKey, ...(action.shownBy ? [action.shownBy] : [])];
      await shown(Promise.all(effects.map((queryKey) => client.invalidateQueries({ queryKey }))));
      const { subject = action.subject, warnings = [], undo } = outcome;
      tell({ type: 'done', id, at: Date.now(), subject, warnings, undoable: undo !== undefined });
    };
    const fail = (id: string, { action }: Asked, code: string) => {
      // A refusal is final for its key: the next attempt is another request.
      asked.current.set(id, { action, key: newIdempotencyKey() });
      tell({ type: 'failed', id, code });
    };
    const send = async (id: string, action: Action, key: string) => {
      const known: Asked = { action, key };
      asked.current.set(id, known);
      tell({ type: 'asked', id, verb: action.verb, subject: action.subject });
      try {
        await settle(id, known, await action.ask(key));
      } catch (error) {
        if (error instanceof Queued) {
          tell({ type: 'queued', id, at: Date.now(), commandId: error.command.command_id });
          void client.invalidateQueries({ queryKey: commandsQuery.queryKey });
        } else if (mayPass(error)) {
          // Repeated under the same key, so that it happens once.
          tell({ type: 'failed', id, code: codeOf(error) });
        } else fail(id, known, codeOf(error));
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
          ask: (key) => appliance.act(game.id, verb, input, key),
          outcomeOf: (answer: Game) => outcomeOf(verb, answer),
        }),
      undo: (id: string) => {
        const known = asked.current.get(id);
        const undo = known?.outcome?.undo;
        if (!known || !undo) return;
        const subject = known.outcome?.subject ?? known.action.subject;
        dismiss(id);
        run({ verb: 'undo', subject, ask: undo, outcomeOf: (answer) => ({ warnings: warningsOf(answer) }) });
      },
      retry: (id: string) => {
        const known = asked.current.get(id);
        if (known) void send(id, known.action, known.key);
      },
      decided: (id: string, verdict: Verdict) => {
        const known = asked.current.get(id);
        if (!known) return;
        if (verdict.state === 'done') void settle(id, known, verdict.answer);
        if (verdict.state === 'failed') fail(id, known, verdict.code);
      },
    };
  }, [client]);

  const remote = useRemoteCommands();
  useEffect(() => {
    for (const entry of ledger) {
      const command =
        entry.state === 'waiting' && remote.find(({ command_id }) => command_id === entry.commandId);
      if (command) commands.decided(entry.id, verdictOf(command));
    }
  }, [ledger, remote, commands]);

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

const none: readonly Command[] = [];

/** What was asked of the venue from afar, newest first; nothing at the venue itself. */
export function useRemoteCommands(): readonly Command[] {
  const { remote } = usePlace();
  return useQuery({ ...commandsQuery, enabled: remote }).data?.items ?? none;
}

/** What waits for the venue, by game. */
export function useWaitingByGame(): ReadonlyMap<string, Command> {
  const commands = useRemoteCommands();
  return useMemo(() => waitingByGame(commands), [commands]);
}

function subjectOf({ id, ticket, player }: Game): Subject {
  return { gameId: id, ticket, name: player.name };
}

/** Calls whoever waits longest at this attraction. */
export function callNext({ id, name }: Pick<Attraction, 'id' | 'name'>): Action<Game> {
  return {
    verb: 'call-next',
    subject: { name },
    ask: (key) => appliance.callNext(id, key),
    outcomeOf: (answer) => outcomeOf('call-next', answer),
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
