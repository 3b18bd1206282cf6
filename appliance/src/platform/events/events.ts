import type { Transaction } from '../database/transaction.ts';

/** A fact in the past tense (`game.completed`), with the type of what it tells. */
export interface EventType<Payload> {
  readonly name: string;
  readonly summary: string;
  /** Carries the payload's type; never read. */
  readonly payload?: Payload;
}

const catalogue = new Map<string, EventType<unknown>>();

/** Throws when the name is taken: a fact has one publisher. */
export function defineEvent<Payload>(name: string, summary: string): EventType<Payload> {
  if (catalogue.has(name)) throw new Error(`event ${name} is defined twice`);
  const type = { name, summary };
  catalogue.set(name, type);
  return type;
}

/** Every event there is, by name: the source of their page in the reference. */
export const eventCatalogue: ReadonlyMap<string, EventType<unknown>> = catalogue;

type Participant = (transaction: Transaction, payload: never) => void;
type Listener = (payload: never) => void | Promise<void>;

export interface Events {
  /**
   * Takes part in the write that made the fact: runs within its transaction and stands or falls with it. For what
   * must survive a power cut: a job, a message, a row.
   */
  join<Payload>(
    type: EventType<Payload>,
    participant: (transaction: Transaction, payload: Payload) => void,
  ): void;
  /** Hears of the fact after it is durable. A listener's failure is its own: it is logged and stops nobody. */
  listen<Payload>(type: EventType<Payload>, listener: (payload: Payload) => void | Promise<void>): void;
  publish<Payload>(transaction: Transaction, type: EventType<Payload>, payload: Payload): void;
}

export function createEvents(onFailure: (event: string, error: unknown) => void): Events {
  const participants = new Map<string, Participant[]>();
  const listeners = new Map<string, Listener[]>();
  const add = <T>(map: Map<string, T[]>, name: string, item: T) => {
    map.set(name, [...(map.get(name) ?? []), item]);
  };
  async function tell(name: string, listener: Listener, payload: never): Promise<void> {
    try {
      await listener(payload);
    } catch (error) {
      onFailure(name, error);
    }
  }
  return {
    join: (type, participant) => add(participants, type.name, participant),
    listen: (type, listener) => add(listeners, type.name, listener),
    publish(transaction, type, payload) {
      for (const participant of participants.get(type.name) ?? []) participant(transaction, payload as never);
      const hearing = listeners.get(type.name);
      if (hearing === undefined) return;
      transaction.afterCommit(() => {
        for (const listener of hearing) void tell(type.name, listener, payload as never);
      });
    },
  };
}
