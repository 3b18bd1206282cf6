import { bytes } from './bytes.ts';
import { order } from './order.ts';
import { qualities } from './qualities.ts';
import { retained } from './retained.ts';
import type { Scenario } from './scenario.ts';
import { sessions } from './sessions.ts';
import { subscriptions } from './subscriptions.ts';
import { wills } from './wills.ts';

/** What every broker must do alike, as a client sees it. */
export const scenarios: readonly Scenario[] = [
  ...order,
  ...bytes,
  ...subscriptions,
  ...qualities,
  ...retained,
  ...sessions,
  ...wills,
];
