import { createGameCalls, type GameCalls } from './game-calls.ts';
import { type Credentials, createHttpClient, type HttpClient } from './http-client.ts';
import type { Ledger } from './ledger.ts';
import type { Tally } from './tally.ts';

/** Somebody who is signed in, and whose steps are in the ledger. */
export interface Account {
  readonly client: HttpClient;
  readonly calls: GameCalls;
}

export type Accounts = ReturnType<typeof createAccounts>;

/** The accounts of one appliance. `password` is that of its automatic users. */
export function createAccounts(url: string, password: string, ledger: Ledger, tally: Tally) {
  function signIn(credentials: Credentials, stop: AbortSignal): Account {
    const onRetry = () => {
      tally.retries += 1;
    };
    const client = createHttpClient({ url, ...credentials, stop, onRetry });
    return { client, calls: createGameCalls(client, ledger) };
  }
  return {
    signIn,
    staff: (stop: AbortSignal) => signIn({ username: 'user', password }, stop),
    tablet: (stop: AbortSignal) => signIn({ username: 'mlbtablet', password }, stop),
  };
}

/** Who every venue has from the start, and whom people use too. */
export const automaticUsers: ReadonlySet<string> = new Set(['user', 'mlbtablet', 'mlbvrgame']);
