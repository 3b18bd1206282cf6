import { setTimeout as delay } from 'node:timers/promises';
import { GloveList } from '../../../../appliance/contract/gloves.ts';
import type { HttpClient } from '../http-client.ts';
import type { GloveTold } from './glove-agreement.ts';

const lookAgainMs = 300;
const settleMs = 10_000;
const nothing: GloveTold = { samples: 0, lost: 0, duplicates: 0, rejected: 0 };

/** What the appliance has had of each glove since it started. */
export async function glovesNow(admin: HttpClient): Promise<ReadonlyMap<string, GloveTold>> {
  const { items } = await admin.get('/api/gloves', GloveList);
  return new Map(items.flatMap(({ name, health }) => (health === null ? [] : [[name, health]])));
}

/** The same since `before`, once nothing more comes. */
export async function glovesSince(
  admin: HttpClient,
  before: ReadonlyMap<string, GloveTold>,
): Promise<(name: string) => GloveTold | undefined> {
  const until = performance.now() + settleMs;
  let now = await glovesNow(admin);
  for (let moves = true; moves && performance.now() < until; ) {
    await delay(lookAgainMs);
    const next = await glovesNow(admin);
    moves = [...next].some(([name, { samples, lost }]) => {
      const was = now.get(name) ?? nothing;
      return samples !== was.samples || lost !== was.lost;
    });
    now = next;
  }
  return (name) => {
    const [told, was] = [now.get(name), before.get(name) ?? nothing];
    if (told === undefined) return undefined;
    return {
      samples: told.samples - was.samples,
      lost: told.lost - was.lost,
      duplicates: told.duplicates - was.duplicates,
      rejected: told.rejected - was.rejected,
    };
  };
}
