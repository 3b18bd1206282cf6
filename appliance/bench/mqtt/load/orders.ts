import { doWork } from './do-work.ts';
import { holdConnections } from './hold-connections.ts';
import { sendAmount } from './send-amount.ts';

/** All that the clients can be asked for. */
export const orders = { work: doWork, hold: holdConnections, send: sendAmount };

export type What = keyof typeof orders;
export type OrderOf<W extends What> = Parameters<(typeof orders)[W]>[0];
export type AnswerOf<W extends What> = Awaited<ReturnType<(typeof orders)[W]>>;
/** As it travels to the clients' process. */
export type Order = { [W in What]: { readonly what: W; readonly order: OrderOf<W> } }[What];
export type Answer = { readonly done: unknown } | { readonly failed: string };
