import { connectGloves, startGloves, stopGloves, unwatchGloves, watchGloves } from './gloves.ts';
import { startAsking, stopAsking } from './requests.ts';

/** All that the clients can be asked for. */
export const orders = {
  connectGloves,
  startGloves,
  stopGloves,
  watchGloves,
  unwatchGloves,
  startAsking,
  stopAsking,
};

export type What = keyof typeof orders;
export type OrderOf<W extends What> = Parameters<(typeof orders)[W]>;
export type AnswerOf<W extends What> = Awaited<ReturnType<(typeof orders)[W]>>;
/** As it travels to the clients' process. */
export type Order = { readonly what: What; readonly order: readonly unknown[] };
export type Answer = { readonly done: unknown } | { readonly failed: string };
